package io.policyengine.policies.access.extauthz.protocol;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutRequest;
import io.policyengine.core.callout.CalloutResponse;
import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Target;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The HTTP form of Envoy's ext_authz filter. The service receives the request's method, and the request's path appended
 * to the target's URL. Status 200 allows the request. Status 501 or 505 leaves the request undecided; any other status
 * from 500 to 599 is treated as no answer. All other statuses deny the request, even if the response's body cannot be
 * read.
 *
 * @param prefix put before the request's path; may be empty
 */
public record HttpProtocol(Target target, String prefix, int maxAnswerBytes) implements AuthorizationProtocol {
    /** The field that carries the request's original path. Envoy uses the same field. */
    private static final String RAW_PATH = "x-envoy-original-path";

    private static final String REMOVE = "x-envoy-auth-headers-to-remove";

    @Override
    public Future<AuthorizationAnswer> ask(AuthorizationQuestion question, Call call) {
        RequestView request = question.request();
        if (request.method().equals("CONNECT")) {
            // A callout cannot use CONNECT. Failing could let the request pass, and clients choose the method.
            return Future.succeededFuture(new AuthorizationAnswer.Undecided(AuthorizationAnswer.DENIED));
        }
        CalloutRequest sent = new CalloutRequest(
                        HttpMethod.valueOf(request.method()),
                        prefix + request.path(),
                        headers(question),
                        question.body(),
                        maxAnswerBytes,
                        true)
                .omittingUnreadable();
        return target.send(call, sent).map(this::answer).recover(AuthorizationAnswer::ofFailure);
    }

    /**
     * Returns the fields to send to the service. The client's Host is sent as X-Forwarded-Host; Envoy's own filter
     * sends it as Host.
     */
    private static HeaderMap headers(AuthorizationQuestion question) {
        HeaderMap.Builder headers = HeaderMap.builder(question.headers().size() + 7);
        question.headers().forEach((name, value) -> {
            if (!FieldRules.isFraming(name) && !name.equals("host")) {
                headers.append(name, value);
            }
        });
        RequestView request = question.request();
        headers.set("x-forwarded-method", request.method())
                .set("x-forwarded-proto", request.scheme())
                .set("x-forwarded-host", request.authority())
                .set("x-forwarded-uri", request.path())
                .set(RAW_PATH, request.rawPath())
                .set("x-forwarded-for", request.clientAddress());
        if (question.body().length() > 0) {
            headers.set("x-envoy-auth-partial-body", Boolean.toString(question.isPartial()));
        }
        return headers.build();
    }

    /**
     * Returns whether a status means that the service does not support the request's method or version (RFC 9110
     * §15.6.2, §15.6.6).
     */
    private static boolean isOfRequest(int status) {
        return status == 501 || status == 505;
    }

    private AuthorizationAnswer answer(CalloutResponse response) {
        int status = response.status();
        if (status >= 500 && status < 600 && !isOfRequest(status)) {
            throw new CalloutException(CalloutException.Kind.REFUSED, target.name(), "it answers " + status);
        }
        if (status == 200 && response.isBodyOmitted()) {
            return new AuthorizationAnswer.Invalid("target " + target.name()
                    + ": its allowing response has a body that is too long, incomplete, or " + "has a content coding");
        }
        List<HeaderChange> headers = new ArrayList<>(response.headers().size());
        response.headers().forEach((name, value) -> {
            boolean isRepeated =
                    headers.stream().anyMatch(change -> change.name().equals(name));
            headers.add(
                    new HeaderChange(name, value, isRepeated ? HeaderChange.Action.APPEND : HeaderChange.Action.SET));
        });
        if (status != 200) {
            var denied = new AuthorizationAnswer.Denied(status, headers, response.body());
            return isOfRequest(status) ? new AuthorizationAnswer.Undecided(denied) : denied;
        }
        List<String> removed = response.headers().getAll(REMOVE).stream()
                .flatMap(value -> Stream.of(value.split(",", -1)))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
        return new AuthorizationAnswer.Allowed(headers, removed, Map.of(), List.of(), List.of(), null);
    }
}
