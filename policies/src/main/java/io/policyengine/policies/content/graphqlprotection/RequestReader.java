package io.policyengine.policies.content.graphqlprotection;

import io.policyengine.core.http.JsonTypes;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.core.http.Octets;
import io.policyengine.core.http.QueryString;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.content.graphqlprotection.GraphqlRefusal.Why;
import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonTexts;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * Finds GraphQL requests in both the query and the body, regardless of the HTTP method, since servers look in different
 * places.
 */
final class RequestReader {
    private static final String QUERY = "query";
    private static final String VARIABLES = "variables";
    private static final String EXTENSIONS = "extensions";

    /** Query parameters that mark a GraphQL request. Most of them name a stored document. */
    static final Set<String> ASKING = Set.of(QUERY, EXTENSIONS, "documentId", "doc_id", "queryId");

    private static final FormFields.Wanted OF_QUERY = FormFields.Wanted.of(
            Stream.concat(ASKING.stream(), Stream.of(VARIABLES)).collect(Collectors.toUnmodifiableSet()));

    private static final FormFields.Wanted OF_FORM = FormFields.Wanted.of(Set.of(QUERY, VARIABLES, EXTENSIONS));

    private final int maxBatch;
    private final RequestView request;
    private final StopSignal stop;
    private final List<GraphqlRequest> found = new ArrayList<>();

    private RequestReader(int maxBatch, RequestView request, StopSignal stop) {
        this.maxBatch = maxBatch;
        this.request = request;
        this.stop = stop;
    }

    /**
     * Returns the GraphQL requests of an HTTP request; empty if it has neither a document nor a body, such as a
     * preflight.
     *
     * @throws GraphqlRefusal if the request is malformed or of another type, or has too many GraphQL requests
     */
    static List<GraphqlRequest> read(RequestView request, int maxBatch, StopSignal stop) throws GraphqlRefusal {
        RequestReader reader = new RequestReader(maxBatch, request, stop);
        reader.url();
        reader.body();
        return reader.found;
    }

    private void url() throws GraphqlRefusal {
        String query = QueryString.queryOf(request.path());
        if (query.isEmpty()) {
            return;
        }
        Map<String, String> fields = FormFields.in(Octets.toBytes(query), OF_QUERY);
        if (fields.keySet().stream().anyMatch(ASKING::contains)) {
            found.add(request(fields));
        }
    }

    private void body() throws GraphqlRefusal {
        Buffer body = request.body();
        if (body == null || body.length() == 0) {
            require(!found.isEmpty() || !request.method().equals("POST"));
            return;
        }
        MediaTypes types = MediaTypes.of(request.headers());
        boolean inUtf8 = Set.of("utf-8", "utf8").containsAll(MediaTypes.charsetsOf(request.headers()));
        if (types.unclear() || types.stated().size() != 1 || !inUtf8) {
            throw new GraphqlRefusal(Why.TYPE);
        }
        String type = types.stated().iterator().next();
        if (JsonTypes.isJson(type)) {
            json(body.getBytes());
        } else {
            other(type, body);
        }
    }

    private void other(String type, Buffer body) throws GraphqlRefusal {
        switch (type) {
            case "application/graphql" ->
                found.add(new GraphqlRequest(
                        Optional.of(utf8(body.getBytes())), Optional.empty(), MissingNode.getInstance()));
            case "application/x-www-form-urlencoded" -> found.add(request(FormFields.in(body.getBytes(), OF_FORM)));
            case "multipart/form-data" -> json(FormParts.onlyOperations(request.headers(), body.getBytes()));
            default -> throw new GraphqlRefusal(Why.TYPE);
        }
    }

    private static String utf8(byte[] bytes) throws GraphqlRefusal {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException other) {
            throw new GraphqlRefusal(Why.MALFORMED);
        }
    }

    private GraphqlRequest request(Map<String, String> fields) throws GraphqlRefusal {
        JsonNode values = optionalJson(Optional.ofNullable(fields.get(VARIABLES)));
        JsonNode extensions = optionalJson(Optional.ofNullable(fields.get(EXTENSIONS)));
        return new GraphqlRequest(Optional.ofNullable(fields.get(QUERY)), hash(extensions), values);
    }

    private JsonNode optionalJson(Optional<String> text) throws GraphqlRefusal {
        return text.isEmpty() || text.get().isBlank()
                ? MissingNode.getInstance()
                : parsed(text.get().getBytes(StandardCharsets.UTF_8));
    }

    private JsonNode parsed(byte[] text) throws GraphqlRefusal {
        try {
            return JsonTexts.read(text, stop);
        } catch (JsonFault wrong) {
            throw new GraphqlRefusal(Why.MALFORMED);
        }
    }

    private void json(byte[] text) throws GraphqlRefusal {
        JsonNode body = parsed(text);
        if (!body.isArray()) {
            one(body);
            return;
        }
        if (body.size() > maxBatch) {
            throw new GraphqlRefusal(Why.BATCH);
        }
        require(!body.isEmpty());
        for (JsonNode element : body) {
            one(element);
        }
    }

    private void one(JsonNode body) throws GraphqlRefusal {
        require(body.isObject());
        JsonNode document = body.path(QUERY);
        require(document.isString() || isAbsent(document));
        JsonNode variables = body.path(VARIABLES);
        if (variables.isString()) {
            variables = optionalJson(Optional.of(variables.stringValue()));
        }
        require(variables.isObject() || isAbsent(variables));
        found.add(new GraphqlRequest(
                document.isString() ? Optional.of(document.stringValue()) : Optional.empty(),
                hash(body.path(EXTENSIONS)),
                variables));
    }

    private static boolean isAbsent(@Nullable JsonNode value) {
        return value == null || value.isMissingNode() || value.isNull();
    }

    private static Optional<String> hash(JsonNode extensions) {
        JsonNode hash = extensions.path("persistedQuery").path("sha256Hash");
        return hash.isString() ? Optional.of(hash.stringValue()) : Optional.empty();
    }

    private static void require(boolean holds) throws GraphqlRefusal {
        if (!holds) {
            throw new GraphqlRefusal(Why.MALFORMED);
        }
    }
}
