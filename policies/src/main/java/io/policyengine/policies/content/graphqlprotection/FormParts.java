package io.policyengine.policies.content.graphqlprotection;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.policies.content.graphqlprotection.GraphqlRefusal.Why;
import io.policyengine.policies.format.form.FormCharset;
import io.policyengine.policies.format.form.NameReadings;
import io.policyengine.policies.format.multipart.Boundary;
import io.policyengine.policies.format.multipart.MultipartFault;
import io.policyengine.policies.format.multipart.MultipartReader;
import io.policyengine.policies.format.multipart.Part;
import io.policyengine.policies.format.multipart.PartSink;
import io.policyengine.policies.format.multipart.TransferEncoding;
import java.io.ByteArrayOutputStream;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads a {@code multipart/form-data} body (RFC 7578). Rejects parts that are ambiguous, and parts that no browser
 * would send.
 */
final class FormParts implements PartSink<GraphqlRefusal> {
    private static final String OPERATIONS = "operations";
    /** All names that a server may read as the name of a part with a GraphQL request. */
    private static final Set<String> RESERVED = NameReadings.of(
            Stream.concat(RequestReader.ASKING.stream(), Stream.of(OPERATIONS)).collect(Collectors.toSet()));

    private final ByteArrayOutputStream operations = new ByteArrayOutputStream();
    private boolean hasOperations;
    private boolean inOperations;

    private FormParts() {}

    /**
     * Returns the content of the part {@code operations}, which must occur once.
     *
     * @throws GraphqlRefusal if the body is malformed, or the part is missing, empty or repeated
     */
    static byte[] onlyOperations(HeaderMap headers, byte[] body) throws GraphqlRefusal {
        FormParts parts = new FormParts();
        try {
            MultipartReader<GraphqlRefusal> reader = new MultipartReader<>(Boundary.of(headers), 0, parts);
            reader.take(body, 0, body.length);
            reader.end();
        } catch (MultipartFault ambiguous) {
            throw new GraphqlRefusal(Why.MALFORMED);
        }
        require(parts.operations.size() > 0);
        return parts.operations.toByteArray();
    }

    @Override
    public void surrounding(byte[] bytes, int start, int end) throws GraphqlRefusal {
        throw new GraphqlRefusal(Why.MALFORMED);
    }

    @Override
    public void part(Part part) throws GraphqlRefusal {
        require(part.isField() && part.encoding() == TransferEncoding.IDENTITY && !part.isMultipart());
        String name = part.name().orElseThrow();
        inOperations = name.equals(OPERATIONS);
        require(inOperations || !NameReadings.isAmong(name, RESERVED));
        require(!inOperations || !hasOperations);
        require(!inOperations || MediaTypes.charsetsOf(part.fields()).stream().allMatch(FormCharset::isUtf8));
        hasOperations |= inOperations;
    }

    @Override
    public void content(byte[] bytes, int start, int end) {
        if (inOperations) {
            operations.write(bytes, start, end - start);
        }
    }

    @Override
    public void end() {
        inOperations = false;
    }

    private static void require(boolean holds) throws GraphqlRefusal {
        if (!holds) {
            throw new GraphqlRefusal(Why.MALFORMED);
        }
    }
}
