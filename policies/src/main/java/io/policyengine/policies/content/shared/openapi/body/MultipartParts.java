package io.policyengine.policies.content.shared.openapi.body;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.policies.format.multipart.Boundary;
import io.policyengine.policies.format.multipart.MultipartFault;
import io.policyengine.policies.format.multipart.MultipartReader;
import io.policyengine.policies.format.multipart.Part;
import io.policyengine.policies.format.multipart.PartSink;
import io.policyengine.policies.format.multipart.TransferEncoding;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the parts of a {@code multipart/form-data} body (RFC 7578). Each part has a name, no transfer encoding, no
 * nested parts, and text in UTF-8. Anything that servers may read differently is a fault.
 */
final class MultipartParts implements PartSink<MalformedBodyException> {
    private static final Set<String> CHARSETS = Set.of("utf-8", "utf8", "us-ascii");
    private static final String BLANKS = "\r\n\t ";

    private final List<Field> fields = new ArrayList<>();
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private @Nullable Part part;

    private MultipartParts() {}

    /**
     * A part of a form.
     *
     * @param type in lower case without parameters; empty if the part states none
     * @param isFile true if the part has a file name
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Field(String name, String type, boolean isFile, byte[] content) {}

    static List<Field> of(byte[] body, String contentType) throws MalformedBodyException {
        MultipartParts parts = new MultipartParts();
        try {
            Boundary boundary = Boundary.of(HeaderMap.of("content-type", contentType));
            MultipartReader<MalformedBodyException> reader = new MultipartReader<>(boundary, 0, parts);
            reader.take(body, 0, body.length);
            reader.end();
        } catch (MultipartFault fault) {
            throw new MalformedBodyException(fault.why());
        }
        return parts.fields;
    }

    @Override
    public void surrounding(byte[] bytes, int start, int end) throws MalformedBodyException {
        for (int i = start; i < end; i++) {
            if (BLANKS.indexOf(bytes[i]) < 0) {
                throw new MalformedBodyException("it has text before its first boundary or after its last");
            }
        }
    }

    @Override
    public void part(Part begun) throws MalformedBodyException {
        if (!begun.isField()) {
            throw new MalformedBodyException("a part does not state its name as form-data does");
        }
        if (begun.encoding() != TransferEncoding.IDENTITY) {
            throw new MalformedBodyException("a part has a transfer encoding");
        }
        if (begun.isMultipart()) {
            throw new MalformedBodyException("a part is itself multipart");
        }
        if (!CHARSETS.containsAll(MediaTypes.charsetsOf(begun.fields()))) {
            throw new MalformedBodyException("a part is in a charset other than UTF-8");
        }
        part = begun;
    }

    @Override
    public void content(byte[] bytes, int start, int end) {
        content.write(bytes, start, end - start);
    }

    @Override
    public void end() {
        Part ended = part;
        if (ended != null) {
            fields.add(new Field(ended.name().orElseThrow(), ended.type(), ended.isFile(), content.toByteArray()));
        }
        part = null;
        content.reset();
    }
}
