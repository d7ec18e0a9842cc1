package io.policyengine.policies.access.extauthz;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.AppendHeader;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RemoveQueryParam;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.instruction.SetQueryParam;
import io.policyengine.core.instruction.SetResponseHeader;
import io.policyengine.core.policy.IdentityFields;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.access.extauthz.protocol.AuthorizationAnswer;
import io.policyengine.policies.access.extauthz.protocol.HeaderChange;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rules for converting an authorization service's answer to a decision. They state which fields the service may set
 * for the upstream and for the client. An answer changes at most {@value #MAX_CHANGES} fields and parameters. A
 * permission that changes more, or violates HTTP, is invalid and denies the request. A denial always denies: its
 * illegal and surplus parts are ignored.
 *
 * @param target name of the service, for messages
 * @param upstream fields, in lower case, that the service may set for the upstream; the client's values of these fields
 *     are removed. Null permits all except identity fields, and removes no values
 * @param client fields of a denial that are sent to the client, in lower case; null for all
 * @param response fields that the service may set on the response to a request that passes, in lower case; null for all
 * @param onInvalid the outcome for an invalid answer; null for a failure, which denies the request regardless of
 *     {@code on_failure}
 */
record AuthorizationRules(
        String target,
        @Nullable Set<String> upstream,
        @Nullable Set<String> client,
        @Nullable Set<String> response,
        DenialFormat format,
        @Nullable Future<RequestOutcome> onInvalid) {
    /** Maximum number of fields and parameters that one answer of an authorization service changes. */
    static final int MAX_CHANGES = 100;

    /** The metadata key for the metadata that the authorization service returns. */
    static final String METADATA = "ext_authz";

    private static final IdentityFields IDENTITY = IdentityFields.of(IdentityFields.USUAL);
    private static final Set<String> ALWAYS_FOR_CLIENTS = Set.of("content-type", "location", "www-authenticate");
    /**
     * The prefix of Envoy's own fields. An Envoy in front of the service may add them, but the engine cannot set them.
     */
    private static final String ENVOY = "x-envoy-";

    private static final int ENTRY_BYTES = 512;

    Decision decide(AuthorizationAnswer answer) {
        return switch (answer) {
            case AuthorizationAnswer.Allowed allowed -> allow(allowed);
            case AuthorizationAnswer.Denied denied -> deny(denied, Decision.Kind.DENIED);
            case AuthorizationAnswer.Undecided(var denial) -> deny(denial, Decision.Kind.UNDECIDED);
            case AuthorizationAnswer.Invalid(String why) -> invalid(why);
        };
    }

    /** Returns whether the field carries the client's identity to the upstream. */
    static boolean isIdentity(String lowerCaseName) {
        return IDENTITY.include(lowerCaseName);
    }

    private Decision allow(AuthorizationAnswer.Allowed answer) {
        List<RequestInstruction> instructions = new ArrayList<>();
        if (upstream != null) {
            upstream.stream().sorted().forEach(name -> instructions.add(new RemoveHeader(name)));
        }
        answer.removed().stream()
                .map(HeaderMap::lowerCase)
                .filter(name -> !isSpecial(name))
                .forEach(name -> instructions.add(new RemoveHeader(name)));
        List<HeaderChange> conditional = new ArrayList<>(0);
        for (HeaderChange change : answer.headers()) {
            if (isForUpstream(HeaderMap.lowerCase(change.name()))) {
                add(change, instructions, conditional);
            }
        }
        answer.parameters().forEach((name, value) -> instructions.add(new SetQueryParam(name, value)));
        answer.removedParameters().forEach(name -> instructions.add(new RemoveQueryParam(name)));
        for (HeaderChange change : answer.responseHeaders()) {
            // The other actions depend on the upstream's fields, which are not known before the response.
            if (change.action() == HeaderChange.Action.SET && isForResponse(HeaderMap.lowerCase(change.name()))) {
                instructions.add(new SetResponseHeader(change.name(), change.value()));
            }
        }
        if (answer.metadata() != null) {
            instructions.add(new SetMetadata(METADATA, answer.metadata()));
        }
        String fault = faultOf(answer, instructions, conditional);
        if (fault != null) {
            return invalid("target " + target + ": its permission " + fault);
        }
        ChangedFields changed = ChangedFields.of(instructions, conditional);
        return new Decision(
                Decision.Kind.ALLOWED,
                instructions.isEmpty() ? RequestOutcome.unchanged() : RequestOutcome.proceed(List.copyOf(instructions)),
                List.copyOf(conditional),
                changed,
                ENTRY_BYTES
                        + 2
                                * (instructions.toString().length()
                                        + conditional.toString().length()
                                        + changed.toString().length()));
    }

    private boolean isForUpstream(String name) {
        return upstream == null ? !isIdentity(name) : upstream.contains(name);
    }

    private boolean isForResponse(String name) {
        return response == null || response.contains(name);
    }

    private void add(HeaderChange change, List<RequestInstruction> instructions, List<HeaderChange> conditional) {
        switch (change.action()) {
            case SET -> instructions.add(new SetHeader(change.name(), change.value()));
            case APPEND -> instructions.add(new AppendHeader(change.name(), change.value()));
            case SET_IF_ABSENT, SET_IF_PRESENT -> conditional.add(change);
        }
    }

    /** Returns the fault of an allowing answer, or null if it is valid. */
    private static @Nullable String faultOf(
            AuthorizationAnswer.Allowed answer, List<RequestInstruction> instructions, List<HeaderChange> conditional) {
        int changes = answer.headers().size()
                + answer.removed().size()
                + answer.parameters().size()
                + answer.removedParameters().size()
                + answer.responseHeaders().size();
        if (changes > MAX_CHANGES) {
            return "makes " + changes + " changes, more than " + MAX_CHANGES;
        }
        String problem = Stream.concat(
                        instructions.stream(),
                        conditional.stream().map(change -> new SetHeader(change.name(), change.value())))
                .map(Instructions::check)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        return problem == null ? null : "asks for " + problem;
    }

    /** Returns the denial for an answer that is neither a denial nor a valid permission. */
    private Decision invalid(String why) {
        return new Decision(
                Decision.Kind.INVALID,
                onInvalid == null
                        ? Future.failedFuture(new PolicyException(ErrorCode.INVALID_RESPONSE, why))
                        : onInvalid,
                List.of(),
                ChangedFields.NONE,
                ENTRY_BYTES);
    }

    private Decision deny(AuthorizationAnswer.Denied answer, Decision.Kind kind) {
        int status = isSendable(answer.status()) ? answer.status() : 403;
        DenialReason reason = status == 401 ? DenialReason.UNAUTHORIZED : DenialReason.FORBIDDEN;
        ImmediateResponse own =
                new Denial(status, ExtAuthzCode.ACCESS_DENIED, "Access is denied", reason).response(format);
        boolean isOwnBody = answer.body().length() == 0;
        HeaderMap.Builder headers = isOwnBody ? own.headers().toBuilder() : HeaderMap.builder(4);
        answer.headers().stream()
                .filter(change -> isSendable(change)
                        && !(isOwnBody && HeaderMap.lowerCase(change.name()).equals("content-type")))
                .limit(MAX_CHANGES - (isOwnBody ? own.headers().size() : 0))
                .forEach(change -> {
                    if (change.action() == HeaderChange.Action.APPEND) {
                        headers.append(change.name(), change.value());
                    } else {
                        headers.set(change.name(), change.value());
                    }
                });
        Buffer body = isOwnBody ? own.body() : answer.body();
        // A body of the service reaches the client as it is.
        ImmediateResponse response = new ImmediateResponse(
                status,
                headers.build(),
                body,
                reason.code(),
                ExtAuthzCode.ACCESS_DENIED.name(),
                null,
                isOwnBody && own.tellsRequestId());
        return new Decision(
                kind,
                RequestOutcome.respond(response),
                List.of(),
                ChangedFields.NONE,
                ENTRY_BYTES + body.length() + response.headers().octets());
    }

    /** Returns whether the engine can send a response with this status. */
    private static boolean isSendable(int status) {
        return status >= 200 && status <= 599;
    }

    /** Returns whether a field of a denial is legal and permitted in responses to clients. */
    private boolean isSendable(HeaderChange change) {
        return FieldRules.isToken(change.name())
                && FieldRules.isFieldValue(change.value())
                && isForClient(HeaderMap.lowerCase(change.name()));
    }

    private boolean isForClient(String name) {
        return !isSpecial(name)
                && !name.startsWith(ENVOY)
                && !name.equals("content-encoding")
                && (client == null || client.contains(name) || ALWAYS_FOR_CLIENTS.contains(name));
    }

    /** Returns whether the field controls the transport of the message, so that the service must not change it. */
    private static boolean isSpecial(String name) {
        return name.startsWith(":") || name.equals("host") || FieldRules.isFraming(name);
    }
}
