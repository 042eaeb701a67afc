"""Finding the pictures and documents that a file names: in the folder, else by their address."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from catalog.domain.errors import PictureRefused, PictureSilent
from catalog.domain.reasons import Reason
from catalog.domain.records import DocumentRecord, PictureRecord
from catalog.gateways.fetching import fetch_picture, find_host, is_address
from catalog.gateways.folders import FileFolder
from catalog.gateways.pictures import StoredPicture, compute_checksum, store_picture
from catalog.models import ProductImage
from catalog.queries.import_state import base_name, name_image
from catalog.services.imports.plans import Plan, PlannedDocument, PlannedPicture

# Encoding a picture fills a core; fetching one waits.
STORE_THREADS, FETCH_THREADS = 2, 6
MOST_DOCUMENT_BYTES = 20 * 1024 * 1024
PDF = b"%PDF-"
MOST_SILENCES = 3


@dataclass(frozen=True, kw_only=True)
class FilePlanner:
    """Where pictures come from, and whether new ones are stored or only noted."""

    folder: FileFolder
    fetches: bool = False
    is_check: bool = False
    # How often a host gave no answer in time.
    silent_hosts: dict[str, int] = field(default_factory=dict)

    @property
    def is_slow(self) -> bool:
        """Return whether products bring files that take time."""
        return not self.is_check and (self.fetches or bool(self.folder))

    @property
    def thread_count(self) -> int:
        """Return how many products are looked at side by side."""
        return FETCH_THREADS if self.fetches and not self.is_check else STORE_THREADS

    def plan_files(self, plan: Plan) -> None:
        """Store the pictures and documents that are new; those that are missing are noted in the report."""
        known = {name_image(image): image for image in plan.state.images} if plan.state else {}
        pictures = [self._plan_picture(plan, picture, known) for picture in plan.record.pictures]
        plan.pictures = [picture for picture in pictures if picture]
        documents = [self._plan_document(plan, document) for document in plan.record.documents]
        plan.documents = [document for document in documents if document]

    def _plan_picture(
        self, plan: Plan, picture: PictureRecord, known: dict[str, ProductImage]
    ) -> PlannedPicture | None:
        name = base_name(picture.name)[:255]
        image = known.get(name)
        file = self.folder.find([name, *picture.also_named], handle=plan.record.handle)
        if file is None and image is not None:
            return self._build(picture, name=name, checksum=image.checksum)
        if file is None and not (self.fetches and is_address(picture.name)):
            plan.parsed.warn(picture.row, Reason("picture_not_fetched", name=picture.name))
            return None
        try:
            return self._plan_content(picture, name, image, self._load(picture, file))
        except PictureRefused as error:
            plan.parsed.warn(picture.row, Reason("picture_left_out", name=name, reason=error.reason))
            return None

    def _plan_content(
        self, picture: PictureRecord, name: str, image: ProductImage | None, content: bytes | None
    ) -> PlannedPicture:
        if content is None:
            return self._build(picture, name=name, is_new=True)
        checksum = compute_checksum(content)
        if image is not None and (image.checksum == checksum or _is_stored(image, content)):
            return self._build(picture, name=name, checksum=image.checksum)
        stored = None if self.is_check else store_picture(content)
        return self._build(picture, name=name, checksum=checksum, is_new=True, stored=stored)

    def _load(self, picture: PictureRecord, file: Path | None) -> bytes | None:
        """Return the picture's bytes; None when it would be fetched, but this is a check."""
        if file is not None:
            return file.read_bytes()
        if self.is_check:
            return None
        host = find_host(picture.name)
        if self.silent_hosts.get(host, 0) >= MOST_SILENCES:
            raise PictureRefused(Reason("host_silent", host=host, count=MOST_SILENCES))
        try:
            return fetch_picture(picture.name)
        except PictureSilent:
            self.silent_hosts[host] = self.silent_hosts.get(host, 0) + 1
            raise

    def _build(
        self,
        picture: PictureRecord,
        *,
        name: str,
        checksum: str = "",
        is_new: bool = False,
        stored: StoredPicture | None = None,
    ) -> PlannedPicture:
        return PlannedPicture(
            name=name,
            alt_en=picture.alt_en,
            alt_zh_hans=picture.alt_zh_hans,
            sku=picture.sku,
            stored=stored,
            checksum=checksum,
            is_new=is_new,
        )

    def _plan_document(self, plan: Plan, document: DocumentRecord) -> PlannedDocument | None:
        known = plan.state.documents.get(document.name) if plan.state else None
        file = self.folder.find([document.name], handle=plan.record.handle)
        if file is None:
            if known is not None:
                return PlannedDocument(record=document)
            plan.parsed.warn(document.row, Reason("document_missing", name=document.name))
            return None
        content = file.read_bytes()
        if not content.startswith(PDF) or len(content) > MOST_DOCUMENT_BYTES:
            plan.parsed.warn(document.row, Reason("document_no_pdf", name=document.name))
            return None
        path = f"documents/{hashlib.sha256(content).hexdigest()[:24]}/{document.name}"
        if known is not None and known.file.name == path:
            return PlannedDocument(record=document)
        if not self.is_check and not default_storage.exists(path):
            path = default_storage.save(path, ContentFile(content))
        return PlannedDocument(record=document, path=path, size_bytes=len(content))


def _is_stored(image: ProductImage, content: bytes) -> bool:
    """Return whether these are the bytes of the cleaned original: a picture that was exported comes back."""
    name = image.original.name or ""
    if not name or not default_storage.exists(name) or default_storage.size(name) != len(content):
        return False
    with default_storage.open(name) as file:
        return bool(file.read() == content)
