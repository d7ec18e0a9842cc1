package io.policyengine.policies.content.graphqlprotection;

import io.policyengine.policies.content.graphqlprotection.GraphqlRefusal.Why;
import io.policyengine.policies.format.form.FormFault;
import io.policyengine.policies.format.form.FormReader;
import io.policyengine.policies.format.form.FormSink;
import io.policyengine.policies.format.form.NameReadings;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the fields of a form that make up a GraphQL request. Each of these fields must occur at most once. All names
 * and values must be well-formed percent-encoded UTF-8.
 */
final class FormFields implements FormSink<GraphqlRefusal> {
    private final Wanted wanted;
    private final Map<String, String> values = new HashMap<>();
    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
    private Optional<String> name = Optional.empty();

    private FormFields(Wanted wanted) {
        this.wanted = wanted;
    }

    /**
     * The form fields that make up a GraphQL request.
     *
     * @param names the exact names
     * @param readings all names that servers may read as one of {@code names}
     */
    record Wanted(Set<String> names, Set<String> readings) {
        static Wanted of(Set<String> names) {
            return new Wanted(names, NameReadings.of(names));
        }
    }

    /**
     * Returns the values of the wanted fields, by name.
     *
     * @throws GraphqlRefusal if a wanted field occurs twice, if servers may read another field as a wanted one, or if
     *     an escape or a text is malformed
     */
    static Map<String, String> in(byte[] body, Wanted wanted) throws GraphqlRefusal {
        FormFields fields = new FormFields(wanted);
        FormReader<GraphqlRefusal> reader = new FormReader<>(FormReader.Escapes.STRICT, fields);
        try {
            for (int i = 0; i < body.length; i++) {
                if (body[i] == ';') {
                    throw new GraphqlRefusal(Why.MALFORMED);
                }
                reader.take(body[i] & 0xFF, i, i + 1);
            }
            reader.end();
        } catch (FormFault fault) {
            throw new GraphqlRefusal(Why.MALFORMED);
        }
        return fields.values;
    }

    @Override
    public void octet(int octet, long start, long end) {
        octets.write(octet);
    }

    @Override
    public void endName() throws GraphqlRefusal {
        name = Optional.of(text());
    }

    @Override
    public void endField() throws GraphqlRefusal {
        String last = text();
        String named = name.orElse(last);
        String value = name.isPresent() ? last : "";
        name = Optional.empty();
        boolean isWanted = wanted.names().contains(named);
        boolean isTwice = isWanted && values.put(named, value) != null;
        if (isTwice || (!isWanted && NameReadings.isAmong(named, wanted.readings()))) {
            throw new GraphqlRefusal(Why.MALFORMED);
        }
    }

    private String text() throws GraphqlRefusal {
        byte[] text = octets.toByteArray();
        octets.reset();
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
        } catch (CharacterCodingException other) {
            throw new GraphqlRefusal(Why.MALFORMED);
        }
    }
}
