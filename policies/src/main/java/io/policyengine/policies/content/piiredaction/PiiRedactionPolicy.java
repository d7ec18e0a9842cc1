package io.policyengine.policies.content.piiredaction;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.instruction.DenialCode;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.PerExchange;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.policies.content.shared.texts.BodyGuard;
import io.policyengine.policies.content.shared.texts.TextReader;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Redacts the bodies of requests and responses, or denies them. With {@code restore}, redacts only requests, and
 * replaces tokens in responses by the original values. Tokens and values are kept in a {@link Vault} until the exchange
 * ends.
 */
final class PiiRedactionPolicy implements Policy {
    /** The metadata key of the kinds of values that were found in a whole body. */
    private static final String FOUND = "pii_redaction.found";

    private static final DenialCode CODE = PiiCode.PII_NOT_REDACTABLE;
    private static final Denial REQUEST = new Denial(
            403, CODE, "The request contains personal data where it cannot be redacted", DenialReason.POLICY_DENIED);
    private static final Denial RESPONSE =
            new Denial(502, CODE, "The personal data of the response cannot be redacted", DenialReason.POLICY_DENIED);
    private static final Denial DENIED_REQUEST =
            new Denial(403, PiiCode.PII_DENIED, "The request contains personal data", DenialReason.POLICY_DENIED);
    private static final Denial DENIED_RESPONSE =
            new Denial(502, PiiCode.PII_DENIED, "The response contains personal data", DenialReason.POLICY_DENIED);

    private final RedactionPlan plan;
    private final @Nullable Supplier<Substitute> substitutes;
    private final @Nullable Vaults vaults;
    private final BodyGuard guard;

    /**
     * The vaults of active exchanges, in the memory of this process. A response has access only to the values of its
     * own exchange.
     *
     * @param making creates an empty vault
     */
    record Vaults(PerExchange<Vault> byExchange, Supplier<Vault> making) {
        /**
         * Creates the vault of an exchange. Returns false if it cannot be stored, usually because too many exchanges
         * have one.
         */
        boolean begin(Call call) {
            return byExchange.put(call, making.get());
        }

        @Nullable
        Vault of(Call call) {
            return byExchange.get(call);
        }
    }

    /**
     * Creates a policy.
     *
     * @param substitutes supplies the substitute for one message; null if a finding denies the message
     * @param vaults keeps values until the response; null if values are not restored
     */
    PiiRedactionPolicy(
            RedactionPlan plan,
            @Nullable Supplier<Substitute> substitutes,
            @Nullable Vaults vaults,
            PolicyEnvironment env,
            DenialFormat format) {
        this.plan = plan;
        this.substitutes = substitutes;
        this.vaults = vaults;
        this.guard = substitutes == null
                ? new BodyGuard(env, DENIED_REQUEST, DENIED_RESPONSE, format, BodyGuard.Effect.DENIES)
                : new BodyGuard(env, REQUEST, RESPONSE, format, BodyGuard.Effect.REPLACES);
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        List<RequestInstruction> changes = new ArrayList<>();
        if (vaults != null && !vaults.begin(context.call())) {
            return Future.failedFuture(new PolicyException(
                    ErrorCode.OVERLOADED, "there is no memory for the values to restore in the response"));
        }
        Redaction redaction = redaction(context);
        return guard.request(context, redaction).compose(judged -> switch (judged) {
            case BodyGuard.Judged.Answered(var answer) -> {
                List<SetMetadata> metadata = new ArrayList<>();
                note(redaction, metadata);
                yield Future.succeededFuture(new RequestOutcome.Respond(answer, List.copyOf(metadata)));
            }
            case BodyGuard.Judged.Passes(var more) -> {
                changes.addAll(more);
                note(redaction, changes);
                yield changes.isEmpty() ? RequestOutcome.unchanged() : RequestOutcome.proceed(List.copyOf(changes));
            }
        });
    }

    private Redaction redaction(RequestContext context) {
        Vault vault = vaults == null ? null : vaults.of(context.call());
        return vault == null ? redaction() : new Redaction(plan, vault);
    }

    private Redaction redaction() {
        return new Redaction(plan, substitutes == null ? null : substitutes.get());
    }

    private static void note(Redaction redaction, List<? super SetMetadata> changes) {
        if (!redaction.found().isEmpty()) {
            ArrayNode found = JsonNodeFactory.instance.arrayNode();
            redaction.found().forEach(found::add);
            changes.add(new SetMetadata(FOUND, found));
        }
    }

    @Override
    public ChunkFilter<RequestChunkOutcome> requestChunks(RequestContext context) {
        return guard.requestChunks(context, redaction(context));
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext context) {
        if (vaults != null) {
            Vault vault = vaults.of(context.call());
            if (vault == null || (vault.isEmpty() && context.response().body() != null)) {
                // There is no value to restore, so the response need not be readable.
                return ResponseOutcome.unchanged();
            }
            return respond(guard.anyResponse(context, restoring(vault)));
        }
        Redaction redaction = redaction();
        return respond(guard.response(context, redaction).map(more -> {
            List<ResponseInstruction> changes = new ArrayList<>(more);
            note(redaction, changes);
            return changes;
        }));
    }

    private static Future<ResponseOutcome> respond(Future<List<ResponseInstruction>> changes) {
        return changes.compose(
                all -> all.isEmpty() ? ResponseOutcome.unchanged() : ResponseOutcome.proceed(List.copyOf(all)));
    }

    private static TextReader.Factory restoring(Vault vault) {
        return _ -> new RestoringReader(vault);
    }

    @Override
    public ChunkFilter<ChunkOutcome> responseChunks(ResponseContext context) {
        if (vaults == null) {
            return guard.responseChunks(context, redaction());
        }
        Vault vault = vaults.of(context.call());
        return vault == null ? ChunkFilter.none() : guard.responseChunks(context, restoring(vault));
    }
}
