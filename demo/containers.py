"""Files that are no readable workbook: an encrypted container, a zip bomb, a torn file. All reproducible."""

from __future__ import annotations

import io
import struct
import zipfile

_SECTOR = 512
_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_STREAM = 4096  # at this size and above a stream lies in plain sectors
_AGILE = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption" \
xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password">\
<keyData saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" \
cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="{salt}"/>\
<dataIntegrity encryptedHmacKey="{value}" encryptedHmacValue="{value}"/>\
<keyEncryptors><keyEncryptor uri="http://schemas.microsoft.com/office/2006/keyEncryptor/password">\
<p:encryptedKey spinCount="100000" saltSize="16" blockSize="16" keyBits="256" hashSize="64" \
cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="{salt}" \
encryptedVerifierHashInput="{salt}" encryptedVerifierHashValue="{value}" encryptedKeyValue="{value}"/>\
</keyEncryptor></keyEncryptors></encryption>"""


def encrypted_workbook() -> bytes:
    """Return a password-protected workbook: a compound file with ``EncryptionInfo`` and ``EncryptedPackage``."""
    xml = _AGILE.format(salt="b3BvcmFvcG9yYW9wb3JhMQ==", value="A" * 86 + "==").encode()
    info = struct.pack("<HHI", 4, 4, 0x40) + xml
    package = struct.pack("<Q", 4000) + bytes((7 * i + 3) % 256 for i in range(2 * _STREAM))
    return _compound_file({"EncryptionInfo": info.ljust(_STREAM, b" "), "EncryptedPackage": package})


def _compound_file(streams: dict[str, bytes]) -> bytes:
    """Return a compound file (version 3) with two streams of at least 4096 bytes each."""
    fat = [_FAT, _END]
    entries = [_entry("Root Entry", 5, child=1, right=_NONE, start=_END, size=0)]
    body = b""
    for index, (name, data) in enumerate(streams.items()):
        start = len(fat)
        count = -(-len(data) // _SECTOR)
        fat += [start + i + 1 for i in range(count - 1)] + [_END]
        right = index + 2 if index + 1 < len(streams) else _NONE
        entries.append(_entry(name, 2, child=_NONE, right=right, start=start, size=len(data)))
        body += data.ljust(count * _SECTOR, b"\0")
    directory = b"".join(entries).ljust(_SECTOR, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, _STREAM, _END, 0, _END, 0)
    header += struct.pack("<109I", 0, *[_FREE] * 108)
    table = struct.pack("<128I", *(fat + [_FREE] * (128 - len(fat))))
    return header + table + directory + body


def _entry(name: str, kind: int, *, child: int, right: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    head = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, _NONE, right, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)


def zip_bomb(megabytes: int = 300) -> bytes:
    """Return a workbook whose only sheet unpacks to ``megabytes`` MiB of spaces."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in _SKELETON.items():
            archive.writestr(zipfile.ZipInfo(name), text)
        sheet = zipfile.ZipInfo("xl/worksheets/sheet1.xml")
        sheet.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(sheet, "w", force_zip64=True) as part:
            part.write(
                b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            )
            block = b" " * (1 << 20)
            for _ in range(megabytes):
                part.write(block)
            part.write(b"</sheetData></worksheet>")
    return stream.getvalue()


_SKELETON = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="Протокол" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": "<Relationships xmlns="
    '"http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>',
}
