package io.policyengine.it.scanners;

import io.policyengine.core.http.HeaderMap;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A file in the disguises in which files are sent. */
final class Uploads {
    static final HeaderMap PLAIN = HeaderMap.of("content-type", "application/octet-stream");
    static final HeaderMap FORM = HeaderMap.of("content-type", "multipart/form-data; boundary=----part");
    static final HeaderMap JSON = HeaderMap.of("content-type", "application/json");

    private static final String IN_BASE64 = "Content-Transfer-Encoding: base64\r\n";

    /** A message with the file in it. */
    record Upload(HeaderMap headers, Buffer content) {
        byte[] body() {
            return content.getBytes();
        }
    }

    private static Upload upload(HeaderMap headers, byte[] body) {
        return new Upload(headers, Buffer.buffer(body));
    }

    private Uploads() {}

    /** The file in each disguise, by name. */
    static Map<String, Upload> of(byte[] file) {
        Map<String, Upload> all = new LinkedHashMap<>();
        all.put("as it is", upload(PLAIN, file));
        all.put("zipped", upload(PLAIN, zip(file)));
        all.put("zipped twice", upload(PLAIN, zip(zip(file))));
        all.put("gzipped", upload(PLAIN, gzip(file)));
        all.put("as a part", form("", file));
        all.put("zipped as a part", form("", zip(file)));
        all.put("gzipped as a part", form("", gzip(file)));
        all.put("in base64 as a part", inBase64(file));
        all.put("zipped in base64 as a part", inBase64(zip(file)));
        all.put("gzipped in base64 as a part", inBase64(gzip(file)));
        all.put(
                "as a part of a part",
                form(
                        "Content-Type: multipart/mixed; boundary=inner\r\n",
                        join(text("--inner\r\nContent-Type: image/png\r\n\r\n"), file, text("\r\n--inner--\r\n"))));
        all.put("in base64 as a body", upload(HeaderMap.of("content-transfer-encoding", "base64"), base64(file)));
        return all;
    }

    /** The file in base64, as a part. */
    static Upload inBase64(byte[] file) {
        return form(IN_BASE64, base64(file));
    }

    static Upload form(String headers, byte[] content) {
        return upload(
                FORM,
                join(
                        text("------part\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nmy file"),
                        text("\r\n------part\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n"),
                        text(headers + "\r\n"),
                        content,
                        text("\r\n------part--\r\n")));
    }

    static byte[] zip(byte[] file) {
        ByteArrayOutputStream into = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(into)) {
            zip.putNextEntry(new ZipEntry("file"));
            zip.write(file);
            zip.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return into.toByteArray();
    }

    private static byte[] gzip(byte[] file) {
        ByteArrayOutputStream into = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(into)) {
            gzip.write(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return into.toByteArray();
    }

    private static byte[] base64(byte[] file) {
        return Base64.getMimeEncoder().encode(file);
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** So many bytes without any meaning. */
    static byte[] noise(int length) {
        byte[] noise = new byte[length];
        new Random(length).nextBytes(noise);
        return noise;
    }

    /** Cut into chunks of so many bytes at most. */
    static List<byte[]> cut(byte[] body, int size) {
        List<byte[]> chunks = new ArrayList<>();
        for (int at = 0; at < body.length; at += size) {
            chunks.add(slice(body, at, Math.min(body.length, at + size)));
        }
        return chunks;
    }

    static byte[] slice(byte[] body, int from, int to) {
        byte[] part = new byte[to - from];
        System.arraycopy(body, from, part, 0, part.length);
        return part;
    }
}
