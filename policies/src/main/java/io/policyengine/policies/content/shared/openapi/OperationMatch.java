package io.policyengine.policies.content.shared.openapi;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.JsonTypes;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.core.http.PercentCoding;
import io.policyengine.core.http.QueryString;
import io.policyengine.policies.content.shared.jsonschema.BodySchema;
import io.policyengine.policies.content.shared.openapi.Operation.Response;
import io.policyengine.policies.content.shared.openapi.body.BodyChoice;
import io.policyengine.policies.content.shared.openapi.body.BodyContentReader;
import io.policyengine.policies.content.shared.openapi.body.BodyContents;
import io.policyengine.policies.content.shared.openapi.body.Content;
import io.policyengine.policies.content.shared.openapi.body.JudgedBody;
import io.policyengine.policies.content.shared.openapi.value.CookieParameters;
import io.policyengine.policies.content.shared.openapi.value.HeaderText;
import io.policyengine.policies.content.shared.openapi.value.JsonParameter;
import io.policyengine.policies.content.shared.openapi.value.Parameter;
import io.policyengine.policies.content.shared.openapi.value.ParameterLocation;
import io.policyengine.policies.content.shared.openapi.value.PathText;
import io.policyengine.policies.content.shared.openapi.value.QueryPairs;
import io.policyengine.policies.content.shared.openapi.value.Reading;
import io.policyengine.policies.content.shared.openapi.value.StyledText;
import io.policyengine.policies.content.shared.openapi.value.Violations;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The operation of an OpenAPI document that matches a request. */
public final class OperationMatch {
    private static final String CONTENT_TYPE = "content-type";
    private static final Set<String> CHARSETS = Set.of("utf-8", "utf8", "us-ascii");

    private final Operation operation;
    private final Map<String, String> pathParts;

    OperationMatch(Operation operation, Map<String, String> pathParts) {
        this.operation = operation;
        this.pathParts = pathParts;
    }

    /**
     * Validates path, query, header fields and cookies, and adds violations.
     *
     * @param target path and query as octets, undecoded
     * @param allowed names of query parameters that are permitted in addition to the operation's; null if all names are
     *     permitted
     */
    public void judgeParameters(String target, HeaderMap headers, @Nullable Set<String> allowed, Violations findings) {
        QueryPairs query = QueryPairs.of(QueryString.queryOf(target));
        QueryPairs cookies = CookieParameters.of(headers);
        for (Parameter parameter : operation.parameters()) {
            parameter.judge(read(parameter, query, cookies, headers), findings);
        }
        if (query.hasMalformedName()) {
            findings.add("query", "", "", "a name is not well-formed percent-encoded UTF-8");
        }
        if (!query.isInUtf8()) {
            findings.add("query", "", "", "a charset other than UTF-8 is stated");
        }
        if (allowed != null) {
            query.names().stream()
                    .filter(name -> !allowed.contains(name) && !isTaken(name))
                    .forEach(name -> findings.add("query", name, "", "is not known"));
        }
    }

    private boolean isTaken(String name) {
        return operation.parameters().stream()
                .anyMatch(
                        parameter -> parameter.in() == ParameterLocation.QUERY && QueryPairs.isTaken(name, parameter));
    }

    private Reading read(Parameter parameter, QueryPairs query, QueryPairs cookies, HeaderMap headers) {
        return switch (parameter.in()) {
            case PATH -> {
                String octets = pathParts.getOrDefault(parameter.name(), "");
                yield parameter.isJson() ? json(List.of(octets), false) : PathText.read(octets, parameter);
            }
            case QUERY ->
                parameter.isJson()
                        ? json(query.values().getOrDefault(parameter.name(), List.of()), true)
                        : query.read(
                                parameter.name(),
                                parameter.style(),
                                parameter.explode(),
                                parameter.presence().mayBeEmpty(),
                                parameter.shape());
            case HEADER -> HeaderText.read(headers, parameter);
            case COOKIE ->
                parameter.isJson()
                        ? json(cookies.values().getOrDefault(parameter.name(), List.of()), false)
                        : query(cookies, parameter);
        };
    }

    private static Reading query(QueryPairs cookies, Parameter parameter) {
        return cookies.read(
                parameter.name(),
                parameter.style(),
                parameter.explode(),
                parameter.presence().mayBeEmpty(),
                parameter.shape());
    }

    private static Reading json(List<String> octets, boolean plusIsSpace) {
        if (octets.isEmpty()) {
            return Reading.ABSENT;
        }
        if (octets.size() > 1) {
            return StyledText.TWICE;
        }
        String text = PercentCoding.decode(octets.getFirst(), plusIsSpace);
        return text == null ? StyledText.BAD_ENCODING : JsonParameter.read(text);
    }

    /** Returns whether the request's body is validated, passed or refused. */
    public BodyChoice requestBody(HeaderMap headers, boolean isEmpty) {
        Operation.RequestBody body = operation.body();
        if (body == null) {
            return isEmpty ? new BodyChoice.Unjudged() : new BodyChoice.Refused(BodyChoice.Reason.UNEXPECTED);
        }
        if (isEmpty) {
            return body.required() ? new BodyChoice.Refused(BodyChoice.Reason.MISSING) : new BodyChoice.Unjudged();
        }
        return choice(body.contents(), headers);
    }

    /** Returns the response that the document describes for a status; empty if there is none. */
    public Optional<ResponseMatch> response(int status) {
        return Optional.ofNullable(operation.response(status)).map(ResponseMatch::new);
    }

    /** A response that the OpenAPI document describes. */
    public static final class ResponseMatch {
        private final Response response;

        private ResponseMatch(Response response) {
            this.response = response;
        }

        /** Validates the response's header fields, and adds violations. */
        public void judgeHeaders(HeaderMap headers, Violations findings) {
            for (Parameter header : response.headers()) {
                header.judge(HeaderText.read(headers, header), findings);
            }
        }

        /** Returns whether the document defines no body for the response. */
        public boolean hasNoBody() {
            BodyContents contents = response.contents();
            return contents == null || contents.byType().isEmpty();
        }

        /** Returns whether the response's body is validated, passed or refused. */
        public BodyChoice body(HeaderMap headers, boolean isEmpty) {
            BodyContents contents = response.contents();
            if (contents == null || contents.byType().isEmpty()) {
                return isEmpty ? new BodyChoice.Unjudged() : new BodyChoice.Refused(BodyChoice.Reason.UNEXPECTED);
            }
            return isEmpty ? new BodyChoice.Refused(BodyChoice.Reason.MISSING) : choice(contents, headers);
        }
    }

    /**
     * Returns whether a body is validated, passed or refused. A body without a single media type is refused, since the
     * next server might assume any type.
     */
    private static BodyChoice choice(BodyContents contents, HeaderMap headers) {
        MediaTypes types = MediaTypes.of(headers);
        if (types.unclear() || types.stated().size() != 1) {
            return new BodyChoice.Refused(BodyChoice.Reason.OTHER_TYPE);
        }
        String type = types.stated().iterator().next();
        Content content = contents.of(type);
        if (content == null) {
            return new BodyChoice.Refused(BodyChoice.Reason.OTHER_TYPE);
        }
        BodySchema schema = content.schema();
        if (schema == null) {
            return new BodyChoice.Unjudged();
        }
        String field = headers.get(CONTENT_TYPE) == null ? type : String.valueOf(headers.get(CONTENT_TYPE));
        boolean isInUtf8 = CHARSETS.containsAll(MediaTypes.charsetsOf(headers));
        boolean isRead = JsonTypes.isJson(type)
                || type.equals(BodyContentReader.FORM)
                || type.equals(BodyContentReader.MULTIPART)
                || type.equals("text/plain");
        if (!isRead || !isInUtf8) {
            return new BodyChoice.Refused(BodyChoice.Reason.OTHER_TYPE);
        }
        return new BodyChoice.Judged(new JudgedBody(content, schema, type, field));
    }
}
