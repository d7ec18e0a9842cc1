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
            case SignatureCredential.Some signatures -> judge(signatures, 0, components, context, denials.invalid());
        };
    }

    /** Accepts the first claim whose signature is valid. Otherwise, the denial states the fault of the first claim. */
    private Future<RequestOutcome> judge(
            SignatureCredential.Some signatures,
            int index,
            RequestComponents request,
            RequestContext context,
            Future<RequestOutcome> refusal) {
        if (index == signatures.claims().size()) {
            return refusal;
        }
        Claim claim = signatures.claims().get(index);
        Signers those = signersOf(claim);
        SignatureRules.Fault fault =
                those.rules().faultIn(claim, request.request(), env.clock().instant());
        if (fault != null) {
            Future<RequestOutcome> answer = index == 0 ? denials.to(fault) : refusal;
            return judge(signatures, index + 1, request, context, answer);
        }
        return signer(those, claim, request, context).compose(key -> {
            if (key.isEmpty()) {
                return judge(signatures, index + 1, request, context, refusal);
            }
            Accepted accepted = new Accepted(claim, key.get());
            List<Claim> later =
                    signatures.claims().subList(index + 1, signatures.claims().size());
            return compareBody(accepted, context, () -> useNonces(accepted, later, request, context))
                    .map(passed -> proven(passed, signatures.proof()));
        });
    }

    /** A valid signature, and the key that verified it. */
    private record Accepted(Claim claim, SignerKey key) {}

    private Signers signersOf(Claim claim) {
        return bots != null && BotDirectories.TAG.equals(claim.parameters().tag()) ? bots : signers;
    }

    /** Returns the key that verifies the signature, if there is one. */
    private static Future<Optional<SignerKey>> signer(
            Signers those, Claim claim, RequestComponents request, RequestContext context) {
        return those.keys().find(claim, request, context.call()).map(found -> {
            SignerKey key = found.isPresent() ? found.get() : those.decoy();
            return key != null && key.verifies(claim) && found.isPresent() ? found : Optional.empty();
        });
    }

    /** Adds the proof to the outcome of a request that passes. */
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
     * Consumes the nonces of all valid signatures, since any of them alone would make a copy of the request pass. This
     * is the last check, so that an unauthenticated client cannot use up another client's nonces.
     *
     * @param later the signatures after the accepted one
     */
    private Future<RequestOutcome> useNonces(
            Accepted accepted, List<Claim> later, RequestComponents request, RequestContext context) {
        return valid(List.of(accepted), later, request, context).compose(all -> {
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
        });
    }

    /** Adds those of the later signatures that are valid and have a nonce. */
    private Future<List<Accepted>> valid(
            List<Accepted> known, List<Claim> later, RequestComponents request, RequestContext context) {
        if (nonces == null || later.isEmpty()) {
            return Future.succeededFuture(known);
        }
        Claim claim = later.getFirst();
        List<Claim> rest = later.subList(1, later.size());
        Signers those = signersOf(claim);
        boolean counts = claim.parameters().nonce() != null
                && those.rules().faultIn(claim, request.request(), env.clock().instant()) == null;
        if (!counts) {
            return valid(known, rest, request, context);
        }
        return signer(those, claim, request, context).compose(key -> {
            List<Accepted> more = new ArrayList<>(known);
            key.ifPresent(found -> more.add(new Accepted(claim, found)));
            return valid(more, rest, request, context);
        });
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
