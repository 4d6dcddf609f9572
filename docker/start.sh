#!/bin/sh
# What this container does: web, worker, beat, or any of the program's commands ("migrate", "verify_chain" ...).
set -eu
cd /app
mkdir -p "$OFFENLAGE_VAR/static"
part=${1:-web}
[ $# -eq 0 ] || shift

case $part in
web)
    # No access log: it would hold citizens' addresses, and the proxy in front decides about that.
    exec granian --interface wsgi --host 0.0.0.0 --port 8000 --no-ws --http 1 \
        --workers "${WEB_WORKERS:-2}" --blocking-threads "${WEB_THREADS:-4}" --respawn-failed-workers \
        --workers-kill-timeout 10 --log-level warning config.wsgi:application "$@"
    ;;
worker)
    exec celery --quiet -A config worker --concurrency "${WORKER_PROCESSES:-2}" --loglevel WARNING \
        --without-gossip --without-mingle "$@"
    ;;
beat)
    exec celery --quiet -A config beat --loglevel WARNING --pidfile= "$@"
    ;;
*)
    exec python manage.py "$part" "$@"
    ;;
esac
