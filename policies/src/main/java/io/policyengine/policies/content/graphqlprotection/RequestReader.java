package io.policyengine.policies.content.graphqlprotection;

import io.policyengine.core.http.MediaTypes;
import io.policyengine.core.http.QueryString;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.content.graphqlprotection.GraphqlRefusal.Why;
import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonTexts;
import io.policyengine.policies.format.json.JsonTypes;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * Finds the GraphQL requests in an HTTP request: in its query and its body, for any method, since servers differ in
 * which of them they read.
 */
final class RequestReader {
    private static final String QUERY = "query";
    private static final String VARIABLES = "variables";
    private static final String EXTENSIONS = "extensions";

    /** Parameters of a query that make it a request: the others name a stored document, each in some server's way. */
    private static final Set<String> ASKING = Set.of(QUERY, EXTENSIONS, "documentId", "doc_id", "queryId");

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
     * The requests in it; none where there is neither a document nor a body, as in a preflight.
     *
     * @throws Refusal if it is malformed, of another type, or has too many
     */
    static List<GraphqlRequest> read(RequestView request, int maxBatch, StopSignal stop) throws GraphqlRefusal {
        RequestReader reader = new RequestReader(maxBatch, request, stop);
        reader.url();
        reader.body();
        return reader.found;
    }

    private void url() throws GraphqlRefusal {
        if (QueryString.names(request.path()).stream().anyMatch(ASKING::contains)) {
            query(request.path());
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
            case "application/x-www-form-urlencoded" -> form(body.getBytes());
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

    private void query(String target) throws GraphqlRefusal {
        found.add(request(single(target, QUERY), single(target, VARIABLES), single(target, EXTENSIONS)));
    }

    private void form(byte[] body) throws GraphqlRefusal {
        Map<String, String> fields = FormFields.in(body, Set.of(QUERY, VARIABLES, EXTENSIONS));
        found.add(request(
                Optional.ofNullable(fields.get(QUERY)),
                Optional.ofNullable(fields.get(VARIABLES)),
                Optional.ofNullable(fields.get(EXTENSIONS))));
    }

    private GraphqlRequest request(Optional<String> document, Optional<String> variables, Optional<String> extensions)
            throws GraphqlRefusal {
        JsonNode values = optionalJson(variables);
        return new GraphqlRequest(document, hash(optionalJson(extensions)), values);
    }

    /** Each parameter may stand once: servers differ in which one they take. */
    private static Optional<String> single(String target, String name) throws GraphqlRefusal {
        List<String> values = QueryString.getAll(target, name);
        require(values.size() <= 1);
        return values.stream().findFirst();
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
