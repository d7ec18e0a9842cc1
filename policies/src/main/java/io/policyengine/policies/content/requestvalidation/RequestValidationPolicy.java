package io.policyengine.policies.content.requestvalidation;

import io.policyengine.core.http.NormalPath;
import io.policyengine.core.http.Octets;
import io.policyengine.core.http.QueryString;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.work.StopSignal;
import io.policyengine.core.work.TooMuchMemoryException;
import io.policyengine.core.work.Work;
import io.policyengine.policies.content.requestvalidation.RequestValidationParams.Beyond;
import io.policyengine.policies.content.shared.openapi.ApiDocument;
import io.policyengine.policies.content.shared.openapi.ApiDocument.Search;
import io.policyengine.policies.content.shared.openapi.OperationMatch;
import io.policyengine.policies.content.shared.openapi.body.BodyChoice;
import io.policyengine.policies.content.shared.openapi.body.JudgedBody;
import io.policyengine.policies.content.shared.openapi.body.MalformedBodyException;
import io.policyengine.policies.content.shared.openapi.value.Violations;
import io.policyengine.policies.shared.denial.Denial;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Validates messages against plain rules and an OpenAPI document. */
final class RequestValidationPolicy implements Policy {
    private final RequestValidationParams params;
    private final PlainRules rules;
    private final @Nullable DocumentFiles files;
    private final PolicyEnvironment env;

    /** The prefix of all paths of the OpenAPI document, in normal form. */
    private final String base;

    RequestValidationPolicy(
            RequestValidationParams params, PlainRules rules, @Nullable DocumentFiles files, PolicyEnvironment env) {
        this.params = params;
        this.rules = rules;
        this.files = files;
        this.env = env;
        this.base = NormalPath.of(Octets.fromText(params.basePath()));
    }

    private record Verdict(Denial denial, List<Violations.Finding> findings) {
        static Verdict of(Denial denial) {
            return new Verdict(denial, List.of());
        }

        static Optional<Verdict> of(Denial denial, Violations findings) {
            return findings.isEmpty() ? Optional.empty() : Optional.of(new Verdict(denial, findings.all()));
        }

        ArrayNode told() {
            ArrayNode errors = JsonNodeFactory.instance.arrayNode();
            for (Violations.Finding finding : findings) {
                var error = errors.addObject().put("in", finding.in());
                if (!finding.name().isEmpty()) {
                    error.put("name", finding.name());
                }
                error.put("pointer", finding.pointer()).put("message", finding.message());
            }
            return errors;
        }
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        RequestView request = context.request();
        boolean isEmpty = isEmpty(request.body());
        if (request.rawPath().length() > rules.maxUriBytes()) {
            return deny(Verdict.of(ValidationDenials.URI_TOO_LONG));
        }
        if (QueryString.isLongerThan(params.maxQueryParameters(), request.rawPath())) {
            return deny(Verdict.of(ValidationDenials.TOO_MANY_PARAMETERS));
        }
        if (!rules.allowsMethod(request.method())) {
            return denyMethod(rules.methods());
        }
        if (!isEmpty && !rules.allowsType(request.headers())) {
            return deny(Verdict.of(ValidationDenials.OTHER_TYPE));
        }
        Optional<Verdict> missing = missing(request);
        if (missing.isPresent()) {
            return deny(missing.get());
        }
        return files == null ? RequestOutcome.unchanged() : judge(files.current(context.call()), context, isEmpty);
    }

    private Optional<Verdict> missing(RequestView request) {
        Violations findings = new Violations(params.maxErrors());
        rules.missingHeaders(request.headers()).forEach(name -> findings.isRequired("header", name));
        rules.missingQuery(request).forEach(name -> findings.isRequired("query", name));
        return Verdict.of(ValidationDenials.PARAMETERS, findings);
    }

    private Future<RequestOutcome> judge(ApiDocument document, RequestContext context, boolean isEmpty) {
        RequestView request = context.request();
        return switch (search(document, request)) {
            case Search.Unknown() -> deny(Verdict.of(ValidationDenials.UNKNOWN_PATH));
            case Search.OtherMethods(Set<String> methods) -> denyMethod(methods);
            case Search.Match(OperationMatch operation) -> {
                Violations findings = new Violations(params.maxErrors());
                operation.judgeParameters(request.rawPath(), request.headers(), knownQuery(document), findings);
                Optional<Verdict> verdict = Verdict.of(ValidationDenials.PARAMETERS, findings);
                yield verdict.isPresent()
                        ? deny(verdict.get())
                        : judgeBody(context.call(), operation.requestBody(request.headers(), isEmpty), request.body())
                                .compose(found -> found.map(this::deny).orElseGet(RequestOutcome::unchanged));
            }
        };
    }

    /**
     * Returns the query parameters that pass although the operation does not declare them; null if all parameters pass.
     */
    private @Nullable Set<String> knownQuery(ApiDocument document) {
        if (params.unknownQuery() == Beyond.PASS) {
            return null;
        }
        Set<String> known = new TreeSet<>(document.queryKeys());
        known.addAll(rules.query());
        return known;
    }

    private Search search(ApiDocument document, RequestView request) {
        String sent = QueryString.pathOf(request.rawPath());
        return NormalPath.of(sent).startsWith(base + "/") || base.isEmpty()
                ? document.find(request.method(), sent.substring(NormalPath.indexIn(sent, base.length())))
                : new Search.Unknown();
    }

    private Future<Optional<Verdict>> judgeBody(Call call, BodyChoice choice, @Nullable Buffer body) {
        return switch (choice) {
            case BodyChoice.Unjudged() -> Future.succeededFuture(Optional.empty());
            case BodyChoice.Refused(BodyChoice.Reason reason) ->
                Future.succeededFuture(Optional.of(Verdict.of(
                        switch (reason) {
                            case MISSING -> ValidationDenials.NO_BODY;
                            case UNEXPECTED -> ValidationDenials.SOME_BODY;
                            case OTHER_TYPE -> ValidationDenials.OTHER_TYPE;
                        })));
            case BodyChoice.Judged(JudgedBody by) -> judgeBody(call, by, body == null ? new byte[0] : body.getBytes());
        };
    }

    private Future<Optional<Verdict>> judgeBody(Call call, JudgedBody by, byte[] body) {
        Optional<Work> work = by.work(body);
        if (work.isEmpty()) {
            return Future.succeededFuture(verdict(by, body, () -> false));
        }
        return env.offLoop(call, work.get(), stop -> verdict(by, body, stop))
                .recover(failure -> failure instanceof TooMuchMemoryException
                        ? Future.succeededFuture(Optional.of(Verdict.of(ValidationDenials.TOO_COMPLEX)))
                        : Future.failedFuture(failure));
    }

    private Optional<Verdict> verdict(JudgedBody by, byte[] body, StopSignal stop) {
        Violations findings = new Violations(params.maxErrors());
        try {
            by.judge(body, findings, stop);
            return Verdict.of(ValidationDenials.BODY, findings);
        } catch (MalformedBodyException malformed) {
            findings.isMalformed(String.valueOf(malformed.getMessage()));
            return Verdict.of(ValidationDenials.MALFORMED_BODY, findings);
        }
    }

    private Future<RequestOutcome> deny(Verdict verdict) {
        return RequestOutcome.respond(answer(verdict));
    }

    private ImmediateResponse answer(Verdict verdict) {
        return verdict.findings().isEmpty()
                ? verdict.denial().response(params.denialFormat())
                : verdict.denial().response(params.denialFormat(), Map.of("errors", verdict.told()));
    }

    /** Denies a request whose method is not permitted. The response lists the permitted methods (RFC 9110 §15.5.6). */
    private Future<RequestOutcome> denyMethod(Set<String> methods) {
        return RequestOutcome.respond(answer(Verdict.of(ValidationDenials.METHOD))
                .withHeader("allow", String.join(", ", new TreeSet<>(methods))));
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext context) {
        if (files == null) {
            return ResponseOutcome.unchanged();
        }
        ApiDocument document = files.current(context.call());
        Search search = search(document, context.originalRequest());
        if (!(search instanceof Search.Match)) {
            // A policy before this one in the request flow may have changed the path.
            search = search(document, context.request());
        }
        return search instanceof Search.Match(OperationMatch operation)
                ? judgeResponse(operation, context)
                : replaceUnlessPassed();
    }

    private Future<ResponseOutcome> judgeResponse(OperationMatch operation, ResponseContext context) {
        ResponseView response = context.response();
        Optional<OperationMatch.ResponseMatch> known = operation.response(response.status());
        if (known.isEmpty()) {
            return replaceUnlessPassed();
        }
        Violations findings = new Violations(1);
        known.get().judgeHeaders(response.headers(), findings);
        if (!findings.isEmpty()) {
            return replace();
        }
        boolean mayHaveBody = ResponseView.allowsContent(response.status())
                && !context.originalRequest().method().equals("HEAD");
        boolean isEmpty = isEmpty(response.body());
        if (!mayHaveBody) {
            return ResponseOutcome.unchanged();
        }
        if (known.get().hasNoBody()) {
            return isEmpty ? ResponseOutcome.unchanged() : replaceUnlessPassed();
        }
        return judgeBody(context.call(), known.get().body(response.headers(), isEmpty), response.body())
                .compose(verdict -> verdict.isPresent() ? replace() : ResponseOutcome.unchanged());
    }

    private Future<ResponseOutcome> replaceUnlessPassed() {
        return params.undocumentedResponse() == Beyond.PASS ? ResponseOutcome.unchanged() : replace();
    }

    /** Replaces an invalid response. The client does not see the reason. */
    private Future<ResponseOutcome> replace() {
        return ResponseOutcome.proceed(ValidationDenials.RESPONSE.replacement(params.denialFormat()));
    }

    private static boolean isEmpty(@Nullable Buffer body) {
        return body == null || body.length() == 0;
    }
}
