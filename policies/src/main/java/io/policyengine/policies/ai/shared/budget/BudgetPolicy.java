package io.policyengine.policies.ai.shared.budget;

import io.policyengine.core.instruction.DenialCode;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.instruction.SetResponseHeader;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.PerExchange;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.policy.TrailersContext;
import io.policyengine.core.policy.TrailersOutcome;
import io.policyengine.core.store.StoreException;
import io.policyengine.core.work.StoppedException;
import io.policyengine.policies.ai.shared.modelapi.FactsSource;
import io.policyengine.policies.ai.shared.modelapi.RequestFacts;
import io.policyengine.policies.ai.shared.modelapi.Usage;
import io.policyengine.policies.ai.shared.modelapi.UsageReader;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.traffic.shared.counting.CountingPolicy.CountStore;
import io.policyengine.policies.traffic.shared.counting.LimitedRequest;
import io.policyengine.policies.traffic.shared.counting.Limits;
import io.policyengine.policies.traffic.shared.counting.Reserves;
import io.policyengine.policies.traffic.shared.counting.Reserves.Reserved;
import io.policyengine.policies.traffic.shared.counting.StoreFailure;
import io.policyengine.policies.traffic.shared.limit.Limit;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Reserves the maximum use of a request, and corrects the reservation by the usage that the response reports. A
 * reservation stays charged until a better value is known, so that unreported usage is never free. Besides the store,
 * the policy holds one {@link Pending} for each running exchange.
 */
public final class BudgetPolicy implements Policy {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Limits limits;
    private final Reserves reserves;
    private final Tariff tariff;
    private final Demands demands;
    private final PerExchange<Pending> pendings;
    private final BudgetSettings settings;
    private final Denials denials;
    private final PolicyEnvironment environment;

    /**
     * Creates a policy that shares its state with the entry of the same name in the other flow.
     *
     * @param shares limits of each instance, which apply while the store fails
     * @throws io.policyengine.core.policy.InvalidParamsException if the store is unknown, or the heap is too small for
     *     the tokenizer
     */
    public BudgetPolicy(
            Limits limits,
            Limits shares,
            CountStore place,
            Tariff tariff,
            BudgetSettings settings,
            PolicyEnvironment environment) {
        this.limits = limits;
        this.reserves = new Reserves(limits, shares, place, environment);
        this.tariff = tariff;
        this.demands = new Demands(settings, environment);
        this.settings = settings;
        this.denials = Denials.of(settings);
        this.environment = environment;
        this.pendings = environment.perExchange("reservations", this::ended);
    }

    /** The denials that are the same for all requests. */
    private record Denials(
            Future<RequestOutcome> unknown,
            Future<RequestOutcome> noPrice,
            ImmediateResponse tooMuch,
            Future<RequestOutcome> unavailable) {
        static Denials of(BudgetSettings settings) {
            return new Denials(
                    answer(
                            settings,
                            400,
                            BudgetCode.REQUEST_NOT_COUNTABLE,
                            "The request's use of a model cannot be counted in this form",
                            DenialReason.INVALID_REQUEST),
                    answer(
                            settings,
                            403,
                            BudgetCode.MODEL_WITHOUT_PRICE,
                            "No price is known for the model",
                            DenialReason.FORBIDDEN),
                    new Denial(
                                    429,
                                    BudgetCode.COST_ABOVE_LIMIT,
                                    "The request may take more than the limit ever admits, so waiting does not help",
                                    DenialReason.RATE_LIMITED)
                            .response(settings.denialFormat()),
                    answer(
                            settings,
                            503,
                            BudgetCode.LIMITS_UNAVAILABLE,
                            "Requests cannot be counted for now",
                            DenialReason.POLICY_ERROR));
        }

        private static Future<RequestOutcome> answer(
                BudgetSettings settings, int status, DenialCode code, String message, DenialReason reason) {
            return RequestOutcome.respond(new Denial(status, code, message, reason).response(settings.denialFormat()));
        }
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        return demands.read(context).compose(found -> switch (found) {
            case Demands.Reading.Nothing() -> RequestOutcome.unchanged();
            case Demands.Reading.Unknown() -> denials.unknown;
            case Demands.Reading.Asks(Demand demand) -> reserve(context, demand);
        });
    }

    private Future<RequestOutcome> reserve(RequestContext context, Demand demand) {
        Optional<long[]> amounts = tariff.most(demand.models(), demand.tokens());
        if (amounts.isEmpty()) {
            return denials.noPrice;
        }
        LimitedRequest limitedRequest = limits.asked(context, amounts.get());
        Limit exceeded = limits.firstThatNeverAdmits(limitedRequest);
        if (exceeded != null) {
            return RequestOutcome.respond(denials.tooMuch.withRule(exceeded.name()));
        }
        return reserves.reserve(context.call(), limitedRequest)
                .compose(
                        reserved -> decide(context, demand, reserved, List.of()),
                        failure -> reserveWithout(context, demand, limitedRequest, failure));
    }

    private Future<RequestOutcome> reserveWithout(
            RequestContext context, Demand demand, LimitedRequest limitedRequest, Throwable cause) {
        StoreFailure treatment = settings.budget().counting().onStoreFailure();
        if (!(cause instanceof StoreException failure) || !treatment.appliesTo(failure)) {
            return Future.failedFuture(cause);
        }
        List<RequestInstruction> note = List.of(new SetMetadata(
                settings.prefix() + ".store_failure",
                JSON.stringNode(failure.kind().label())));
        return switch (treatment) {
            case ALLOW -> RequestOutcome.proceed(changed(context, demand, note));
            case DENY -> denials.unavailable;
            case LOCAL ->
                reserves.reserveHere(context.call(), limitedRequest)
                        .compose(reserved -> decide(context, demand, reserved, note));
        };
    }

    private Future<RequestOutcome> decide(
            RequestContext context, Demand demand, Reserved reserved, List<RequestInstruction> note) {
        if (reserved.denying() >= 0) {
            return deny(reserved);
        }
        Pending pending = new Pending(
                reserved.reservation(), demand.models(), demand.tokens(), demand.isBounded(), demand.isInBackground());
        if (context.call().cancellation().isCancelled()) {
            // The exchange is over, so its end will not be reported.
            settle(pending, Optional.empty());
            return Future.failedFuture(new StoppedException());
        }
        // The reservation also travels as metadata. If it is not kept here and no response arrives, it stays charged.
        pendings.put(context.call(), pending);
        List<RequestInstruction> instructions = new ArrayList<>(8);
        instructions.add(pending.instruction(settings.prefix()));
        if (settings.tellsTokens()) {
            BudgetFields.tell(reserved, instructions);
        }
        warn(reserved, instructions);
        instructions.addAll(note);
        return RequestOutcome.proceed(changed(context, demand, instructions));
    }

    /**
     * Returns the instructions for a request, with the edit of the body that makes the server report usage, if one is
     * needed.
     */
    private static List<RequestInstruction> changed(
            RequestContext context, Demand demand, List<RequestInstruction> instructions) {
        RequestFacts.Edit edit = demand.edit();
        Buffer body = context.request().body();
        if (edit == null || body == null) {
            return instructions;
        }
        List<RequestInstruction> more = new ArrayList<>(instructions);
        more.add(new SetBody(Buffer.buffer(edit.appliedTo(body.getBytes())), null));
        return more;
    }

    /** Reports exceeded limits in shadow mode, and limits that are nearly exhausted. */
    private void warn(Reserved reserved, List<RequestInstruction> instructions) {
        ArrayNode over = JSON.arrayNode();
        List<String> low = new ArrayList<>(0);
        for (int i = 0; i < limits.size(); i++) {
            String name = reserved.limits().get(i).name();
            if (reserved.isOver(i)) {
                over.add(name);
            } else if (reserved.percentUsed(i) >= settings.warnPercent()) {
                low.add(name);
            }
        }
        if (!over.isEmpty()) {
            instructions.add(new SetMetadata(settings.prefix() + ".shadow", over));
        }
        if (!low.isEmpty()) {
            ArrayNode names = JSON.arrayNode();
            low.forEach(names::add);
            instructions.add(new SetMetadata(settings.prefix() + ".warning", names));
            instructions.add(new SetResponseHeader("x-budget-warning", String.join(", ", low)));
        }
    }

    private Future<RequestOutcome> deny(Reserved reserved) {
        long seconds = reserved.secondsToWait();
        if (settings.budget().counting().retryJitterS() > 0) {
            seconds += Math.floorMod(
                    environment.randomLong(), settings.budget().counting().retryJitterS() + 1);
        }
        var answer = settings.denial().response(settings.denialFormat());
        var told = settings.tellsTokens() ? BudgetFields.tell(reserved, answer, seconds) : answer;
        String limit = reserved.limits().get(reserved.denying()).name();
        return RequestOutcome.respond(
                told.withHeader("retry-after", Long.toString(seconds)).withRule(limit));
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext context) {
        Optional<Pending> pending = Pending.of(context.metadata(), settings.prefix(), limits);
        if (pending.isEmpty()) {
            return ResponseOutcome.unchanged();
        }
        int status = context.response().status();
        change(context.call(), pending.get(), there -> there.answered(status));
        Buffer body = context.response().body();
        if (body == null) {
            return ResponseOutcome.unchanged();
        }
        return reader(context).take(context.call(), body, true).compose(usage -> {
            settle(context.call(), usage);
            return ResponseOutcome.unchanged();
        });
    }

    @Override
    public ChunkFilter<ChunkOutcome> responseChunks(ResponseContext context) {
        if (Pending.of(context.metadata(), settings.prefix(), limits).isEmpty()) {
            return ChunkFilter.none();
        }
        UsageReader reader = reader(context);
        Call call = context.call();
        if (!reader.isRead()) {
            return ChunkFilter.none();
        }
        pendings.change(call, Pending::seen);
        return (chunk, last) -> reader.take(call, chunk, last).map(usage -> {
            if (last) {
                settle(call, usage);
            } else {
                pendings.change(call, there -> there.told(usage));
            }
            return ChunkOutcome.PASS;
        });
    }

    /**
     * Corrects the reservation by the usage that Envoy has read. If the usage is incomplete, the reservation stays
     * until the exchange ends.
     */
    @Override
    public Future<TrailersOutcome> onResponseTrailers(TrailersContext context) {
        if (!settings.seesHeaders()) {
            // Another process may have run the request phase. Otherwise onResponse, not called here, finds that out.
            Pending.of(context.metadata(), settings.prefix(), limits)
                    .ifPresent(pending -> change(context.call(), pending, there -> there));
        }
        if (settings.budget().facts() != FactsSource.BODY) {
            Usage.ofEnvoy(context.envoy()).ifPresent(usage -> settle(context.call(), usage));
        }
        return TrailersOutcome.unchanged();
    }

    /**
     * Changes the pending reservation. If the request phase ran in another process, changes {@code elsewhere}, the
     * reservation made there.
     */
    private void change(Call call, Pending elsewhere, UnaryOperator<Pending> change) {
        if (!pendings.change(call, change)) {
            pendings.put(call, change.apply(elsewhere));
        }
    }

    private UsageReader reader(ResponseContext context) {
        return new UsageReader(environment, context.response().headers());
    }

    /** Corrects the reservation by the usage known at the end of a response, without waiting for the store. */
    private void settle(Call call, Usage usage) {
        Pending pending = pendings.take(call);
        if (pending != null) {
            Pending told = pending.told(usage);
            settle(told, told.charged(true, settings.budget().charsPerToken()));
        }
    }

    private Future<Boolean> settle(Pending pending, Optional<TokenCounts> charged) {
        long[] taken = charged.map(tokens -> taken(pending, tokens)).orElseGet(() -> new long[limits.size()]);
        return reserves.settle(pending.reservation(), taken);
    }

    /**
     * Returns the highest amount for each limit, over the requested models and, if the tariff has a price for it, the
     * model that responded.
     */
    private long[] taken(Pending pending, TokenCounts tokens) {
        Set<String> models = new HashSet<>(pending.models());
        String answering = pending.usage().model();
        if (answering != null
                && !models.isEmpty()
                && tariff.amounts(answering, tokens).isPresent()) {
            models.add(answering);
        }
        return tariff.most(models, tokens).orElseGet(pending.reservation()::amounts);
    }

    /**
     * Settles a reservation that is still open when its exchange ends. If the response began, its known or estimated
     * tokens are charged; an error without usage costs nothing. A request that was denied, or whose exchange ended
     * before a response began, costs nothing. Otherwise, for example if the end is unknown, the reservation stays
     * charged.
     */
    private void ended(Pending pending, @Nullable ExchangeEnd end) {
        if (end == null) {
            return;
        }
        if (pending.isAnswered()) {
            settle(pending, pending.charged(!end.aborted(), settings.budget().charsPerToken()));
        } else if (end.deniedBy() != null
                || (settings.seesHeaders() && end.status() == 0 && !pending.isInBackground())) {
            settle(pending, Optional.empty());
        }
    }

    /** Returns the number of exchanges with unsettled reservations. */
    public int underWay() {
        return pendings.size();
    }
}
