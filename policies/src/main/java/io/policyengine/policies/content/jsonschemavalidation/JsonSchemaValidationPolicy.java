package io.policyengine.policies.content.jsonschemavalidation;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.JsonTypes;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.work.StopSignal;
import io.policyengine.core.work.TooMuchMemoryException;
import io.policyengine.policies.content.shared.jsonschema.BodySchema;
import io.policyengine.policies.content.shared.jsonschema.Violation;
import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonSize;
import io.policyengine.policies.format.json.JsonTexts;
import io.policyengine.policies.shared.denial.Denial;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Validates whole bodies against the schema. */
final class JsonSchemaValidationPolicy implements Policy {
    /**
     * Methods whose requests usually have content. Requests with these methods are denied if they have no content.
     */
    private static final Set<String> WITH_CONTENT = Set.of("POST", "PUT", "PATCH", "QUERY");

    private static final Denial INVALID = new Denial(
            400,
            JsonSchemaCode.SCHEMA_VIOLATION,
            "The body of the request does not conform to its schema",
            DenialReason.INVALID_REQUEST);
    private static final Denial NOT_JSON = new Denial(
            400, JsonSchemaCode.INVALID_JSON, "The body of the request is not JSON", DenialReason.INVALID_REQUEST);
    private static final Denial NO_BODY =
            new Denial(400, JsonSchemaCode.BODY_MISSING, "The request has no body", DenialReason.INVALID_REQUEST);
    private static final Denial OTHER_TYPE = new Denial(
            415,
            JsonSchemaCode.UNSUPPORTED_MEDIA_TYPE,
            "The body of the request must be JSON",
            DenialReason.INVALID_REQUEST);
    private static final Denial TOO_LARGE = new Denial(
            413,
            JsonSchemaCode.BODY_TOO_COMPLEX,
            "The JSON in the body of the request has too many values",
            DenialReason.INVALID_REQUEST);
    private static final Denial RESPONSE = new Denial(
            502,
            JsonSchemaCode.INVALID_RESPONSE,
            "The body of the response does not conform to its schema",
            DenialReason.POLICY_DENIED);

    private final JsonSchemaValidationParams params;
    private final Supplier<BodySchema> schema;
    private final PolicyEnvironment env;

    JsonSchemaValidationPolicy(JsonSchemaValidationParams params, Supplier<BodySchema> schema, PolicyEnvironment env) {
        this.params = params;
        this.schema = schema;
        this.env = env;
    }

    /**
     * The verdict on a body.
     *
     * @param denial the denial of an invalid body; null if the body is valid
     * @param violations the violations of the schema; empty if the body was not validated
     */
    private record Verdict(@Nullable Denial denial, List<Violation> violations) {
        private static final Verdict GOOD = new Verdict(null, List.of());

        static Verdict of(Denial denial) {
            return new Verdict(denial, List.of());
        }

        static Verdict of(List<Violation> violations) {
            return violations.isEmpty() ? GOOD : new Verdict(INVALID, violations);
        }

        ArrayNode told() {
            ArrayNode errors = JsonNodeFactory.instance.arrayNode();
            for (Violation violation : violations) {
                errors.addObject().put("pointer", violation.pointer()).put("message", violation.message());
            }
            return errors;
        }
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        RequestView request = context.request();
        Buffer body = request.body();
        if (body == null || body.length() == 0) {
            return WITH_CONTENT.contains(request.method()) ? deny(Verdict.of(NO_BODY)) : RequestOutcome.unchanged();
        }
        if (!isToBeJson(request.headers())) {
            return deny(Verdict.of(OTHER_TYPE));
        }
        return judge(context.call(), body)
                .compose(verdict -> verdict.denial() == null ? RequestOutcome.unchanged() : deny(verdict));
    }

    private Future<RequestOutcome> deny(Verdict verdict) {
        Denial denial = verdict.denial();
        if (denial == null) {
            return RequestOutcome.unchanged();
        }
        return RequestOutcome.respond(
                verdict.violations().isEmpty()
                        ? denial.response(params.denialFormat())
                        : denial.response(params.denialFormat(), Map.of("errors", verdict.told())));
    }

    private boolean isToBeJson(HeaderMap headers) {
        return params.anyContentType() || MediaTypes.of(headers).mayBe(JsonTypes::isJson);
    }

    private Future<Verdict> judge(Call call, Buffer body) {
        byte[] text = body.getBytes();
        JsonSize size = JsonSize.of(text, true, () -> false);
        BodySchema now = schema.get();
        if (size.isSmall()) {
            return Future.succeededFuture(judge(now, text, () -> false));
        }
        return env.offLoop(call, size.work(), stop -> judge(now, text, stop))
                .recover(failure -> failure instanceof TooMuchMemoryException
                        ? Future.succeededFuture(Verdict.of(TOO_LARGE))
                        : Future.failedFuture(failure));
    }

    private Verdict judge(BodySchema now, byte[] text, StopSignal stop) {
        try {
            return Verdict.of(now.violations(JsonTexts.read(text, stop), params.maxErrors()));
        } catch (JsonFault fault) {
            return Verdict.of(NOT_JSON);
        }
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext context) {
        ResponseView response = context.response();
        boolean isMeant = params.anyStatus() || response.status() / 100 == 2;
        boolean hasBody = ResponseView.allowsContent(response.status())
                && !context.originalRequest().method().equals("HEAD");
        if (!isMeant || !hasBody || !(isToBeJson(response.headers()) || response.isOfParts())) {
            return ResponseOutcome.unchanged();
        }
        if (response.isPart()) {
            return replace();
        }
        Buffer body = response.body();
        return judge(context.call(), body == null ? Buffer.buffer() : body)
                .compose(verdict -> verdict.denial() == null ? ResponseOutcome.unchanged() : replace());
    }

    /** Replaces an invalid response. The client does not see the violations. */
    private Future<ResponseOutcome> replace() {
        return ResponseOutcome.proceed(RESPONSE.replacement(params.denialFormat()));
    }
}
