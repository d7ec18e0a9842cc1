package io.policyengine.policies.authentication.hmacsignature;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.work.Work;
import io.policyengine.policies.authentication.hmacsignature.component.Claim;
import io.policyengine.policies.authentication.hmacsignature.component.ContentDigest;
import io.policyengine.policies.authentication.hmacsignature.component.RequestComponents;
import io.policyengine.policies.authentication.hmacsignature.component.SignatureComponent;
import io.policyengine.policies.authentication.shared.identity.IdentityHeaders;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

final class HmacSignaturePolicy implements Policy {
    /**
     * Maximum length of a body whose digest is computed on the event loop, in bytes. The computation takes about 150
     * µs.
     */
    private static final int SHORT_BODY = 65_536;

    private final boolean required;
    private final boolean comparesBody;
    private final SignatureReader reader;
    private final Signers signers;
    private final @Nullable Signers bots;
    private final @Nullable Nonces nonces;
    private final SignatureDenials denials;
    private final PolicyEnvironment env;

    /**
     * Creates the policy of an entry.
     *
     * @param comparesBody true if the body is read and compared with its digest
     * @param bots signers of signatures with the bots' tag; null to treat these signatures like others
     * @param nonces null if nonces are ignored
     */
    HmacSignaturePolicy(
            boolean required,
            boolean comparesBody,
            SignatureReader reader,
            Signers signers,
            @Nullable Signers bots,
            @Nullable Nonces nonces,
            SignatureDenials denials,
            PolicyEnvironment env) {
        this.required = required;
        this.comparesBody = comparesBody;
        this.reader = reader;
        this.signers = signers;
        this.bots = bots;
        this.nonces = nonces;
        this.denials = denials;
        this.env = env;
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        RequestComponents components = new RequestComponents(context.request());
        return switch (reader.read(components)) {
            case SignatureCredential.None _ ->
                required ? denials.missing() : IdentityHeaders.passWithoutCredential(context.metadata());
            case SignatureCredential.Malformed _ -> denials.malformed();
            case SignatureCredential.Some signatures ->
                judge(new Attempt(signatures, components, context, env.clock().instant()), 0, denials.invalid());
        };
    }

    /** A request with signatures, and the time at which all of them are judged. */
    private record Attempt(
            SignatureCredential.Some signatures, RequestComponents request, RequestContext context, Instant now) {}

    /**
     * Accepts the first claim whose signature is valid. If none is valid, the denial states the fault of the first
     * claim.
     */
    private Future<RequestOutcome> judge(Attempt attempt, int index, Future<RequestOutcome> refusal) {
        if (index == attempt.signatures().claims().size()) {
            return refusal;
        }
        Claim claim = attempt.signatures().claims().get(index);
        SignatureRules.Fault fault = faultIn(claim, attempt);
        if (fault != null) {
            return judge(attempt, index + 1, index == 0 ? denials.to(fault) : refusal);
        }
        return signer(claim, attempt).compose(key -> {
            if (key.isEmpty()) {
                return judge(attempt, index + 1, refusal);
            }
            Accepted accepted = new Accepted(claim, key.get());
            return compareBody(accepted, attempt.context(), () -> judgeOthers(accepted, index, attempt))
                    .map(passed -> proven(passed, attempt.signatures().proof()));
        });
    }

    /** A valid signature, and the key that verified it. */
    private record Accepted(Claim claim, SignerKey key) {}

    private SignatureRules.@Nullable Fault faultIn(Claim claim, Attempt attempt) {
        return signersOf(claim.parameters().tag())
                .rules()
                .faultIn(claim, attempt.request().request(), attempt.now());
    }

    private SignatureRules.@Nullable Fault timeFaultIn(Claim claim, Attempt attempt) {
        return signersOf(claim.parameters().tag()).rules().faultOfTime(claim, attempt.now());
    }

    private Signers signersOf(@Nullable String tag) {
        return bots != null && BotDirectories.TAG.equals(tag) ? bots : signers;
    }

    /** Returns the key that verifies the claim's signature, if there is one. */
    private Future<Optional<SignerKey>> signer(Claim claim, Attempt attempt) {
        Signers those = signersOf(claim.parameters().tag());
        return those.keys()
                .find(claim, attempt.request(), attempt.context().call())
                .map(found -> {
                    SignerKey key = found.isPresent() ? found.get() : those.decoy();
                    return key != null && key.verifies(claim) && found.isPresent() ? found : Optional.empty();
                });
    }

    /** Adds the names of the fields that proved the identity to the outcome of a passing request. */
    private static RequestOutcome proven(RequestOutcome outcome, List<String> proof) {
        if (!(outcome instanceof RequestOutcome.Proceed proceed)) {
            return outcome;
        }
        List<RequestInstruction> instructions = new ArrayList<>(proceed.instructions());
        instructions.add(Identity.provenBy(proof));
        return new RequestOutcome.Proceed(instructions, proceed.reason(), proceed.token());
    }

    private Future<RequestOutcome> compareBody(
            Accepted accepted, RequestContext context, Supplier<Future<RequestOutcome>> then) {
        RequestView request = context.request();
        List<String> fields = request.headers().getAll(SignatureComponent.CONTENT_DIGEST);
        boolean isSeen = comparesBody || request.body() != null;
        if (!isSeen || !isSigned(accepted.claim()) || (fields.isEmpty() && !ContentDigest.isDemanded(request))) {
            return then.get();
        }
        if (ContentDigest.isDemanded(request) && request.headers().contains("content-encoding")) {
            return denials.encoded();
        }
        ContentDigest digest = ContentDigest.of(fields);
        if (digest == null) {
            return denials.otherBody();
        }
        Buffer body = request.body() == null ? Buffer.buffer() : request.body();
        if (body.length() <= SHORT_BODY) {
            return digest.fits(body) ? then.get() : denials.otherBody();
        }
        return env.offLoop(context.call(), Work.onBody(body.length(), body.length()), _ -> digest.fits(body))
                .compose(fits -> fits ? then.get() : denials.otherBody());
    }

    private static boolean isSigned(Claim claim) {
        return claim.covered().stream()
                .anyMatch(component -> component.name().equals(SignatureComponent.CONTENT_DIGEST));
    }

    /**
     * Checks the signatures besides the accepted one, since a copy of the request might pass with one of them alone.
     * The request is refused if another signature may be valid but is not verified, or becomes valid only later. A
     * signature that becomes valid later may outlive the record of its nonce, so a copy would not be detected.
     */
    private Future<RequestOutcome> judgeOthers(Accepted accepted, int index, Attempt attempt) {
        boolean hasSurplus = attempt.signatures().surplus().stream()
                .anyMatch(each -> signersOf(each.tag()).keys().mayKnow(each.keyId()));
        if (hasSurplus) {
            return denials.surplus();
        }
        return valid(List.of(accepted), others(index, attempt), attempt).compose(all -> {
            boolean isEarly = all.stream()
                    .anyMatch(each -> timeFaultIn(each.claim(), attempt) == SignatureRules.Fault.NOT_YET_VALID);
            return isEarly ? denials.to(SignatureRules.Fault.NOT_YET_VALID) : useNonces(accepted, all);
        });
    }

    /**
     * Returns the claims that must still be verified: those with a nonce to record, and those that are not yet valid.
     * Claims that cover too little of this request are included. They may cover enough of a reduced copy, such as the
     * request without its query.
     */
    private List<Claim> others(int accepted, Attempt attempt) {
        List<Claim> claims = attempt.signatures().claims();
        List<Claim> others = new ArrayList<>(0);
        for (int i = 0; i < claims.size(); i++) {
            Claim claim = claims.get(i);
            SignatureRules.Fault fault = timeFaultIn(claim, attempt);
            boolean isOpen = i > accepted || (i < accepted && faultIn(claim, attempt) != null);
            boolean usesNonce = isOpen
                    && fault == null
                    && nonces != null
                    && claim.parameters().nonce() != null;
            if (usesNonce || fault == SignatureRules.Fault.NOT_YET_VALID) {
                others.add(claim);
            }
        }
        return others;
    }

    /** Returns {@code known}, extended by the signatures in {@code claims} that a known key verifies. */
    private Future<List<Accepted>> valid(List<Accepted> known, List<Claim> claims, Attempt attempt) {
        if (claims.isEmpty()) {
            return Future.succeededFuture(known);
        }
        Claim claim = claims.getFirst();
        return signer(claim, attempt).compose(key -> {
            List<Accepted> more = new ArrayList<>(known);
            key.ifPresent(found -> more.add(new Accepted(claim, found)));
            return valid(more, claims.subList(1, claims.size()), attempt);
        });
    }

    /**
     * Records the nonces of all valid signatures as used. This is the last check, so that an unauthenticated client
     * cannot use up another client's nonces.
     */
    private Future<RequestOutcome> useNonces(Accepted accepted, List<Accepted> all) {
        for (Accepted each : all) {
            switch (use(each)) {
                case FIRST -> {}
                case AGAIN -> {
                    return denials.replayed();
                }
                case NO_ROOM -> {
                    return Future.failedFuture(
                            new PolicyException(ErrorCode.OVERLOADED, "the table of used nonces is full"));
                }
            }
        }
        return RequestOutcome.proceed(accepted.key().announcement());
    }

    private Nonces.Use use(Accepted accepted) {
        String nonce = accepted.claim().parameters().nonce();
        if (nonces == null || nonce == null) {
            return Nonces.Use.FIRST;
        }
        long created =
                Objects.requireNonNull(accepted.claim().parameters().created(), "signatures without it are refused");
        return nonces.use(accepted.key(), accepted.claim().keyId(), nonce, created);
    }
}
