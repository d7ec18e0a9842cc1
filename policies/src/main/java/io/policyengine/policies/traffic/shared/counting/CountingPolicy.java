package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.Store;
import io.policyengine.core.store.StoreException;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.policyengine.policies.traffic.shared.limit.Limit;
import io.policyengine.policies.traffic.shared.limit.Seconds;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Passes requests within all limits and denies others. If the store fails, applies the configured {@link StoreFailure}.
 */
public final class CountingPolicy implements Policy {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Book book;
    private final Book substitute;
    private final Settings settings;
    private final PolicyEnvironment environment;
    private final String shadowKey;
    private final String failureKey;
    private final ImmediateResponse denied;
    private final ImmediateResponse tooCostly;
    private final Future<RequestOutcome> unavailable;

    /**
     * The settings of a counting policy that do not depend on the store.
     *
     * @param prefix the prefix of the policy's metadata keys
     * @param denial denial of requests that exceed a limit
     * @param form form of the limit fields on denials
     * @param formOnPassing form of the limit fields on other responses
     * @param jitterSeconds maximum jitter added to Retry-After, in seconds
     */
    public record Settings(
            String prefix,
            Denial denial,
            FieldsForm form,
            FieldsForm formOnPassing,
            StoreFailure onStoreFailure,
            int jitterSeconds,
            DenialFormat denialFormat) {}

    private record Book(Limits limits, LimitCounter counter, LimitFields onDenial, LimitFields onPassing) {
        static Book of(Limits limits, LimitCounter counter, Settings settings) {
            return new Book(
                    limits,
                    counter,
                    new LimitFields(limits, settings.form),
                    new LimitFields(limits, settings.formOnPassing));
        }
    }

    /**
     * The store of the counts, and the settings for its use.
     *
     * @param scope scope of the counts, which entries may share; empty for the counts of one entry
     * @param maxKeys maximum number of clients counted in memory
     * @param instances number of instances that share the limits
     * @param sync interval after which an instance reports local use to the store; zero to count each request in the
     *     store
     */
    public record CountStore(String store, String scope, long maxKeys, int instances, Duration sync) {
        Store store(Limits limits, PolicyEnvironment environment) {
            return store(store, limits, environment);
        }

        /** Returns the store in this process for the counts of these limits. */
        Store local(Limits limits, PolicyEnvironment environment) {
            return store(Store.LOCAL, limits, environment);
        }

        private Store store(String name, Limits limits, PolicyEnvironment environment) {
            try {
                return environment.store(name, scope, limits.bytesFor(maxKeys));
            } catch (InvalidParamsException unknown) {
                throw unknown.at("/store");
            }
        }
    }

    /**
     * Creates a policy.
     *
     * @param shares limits of each instance, which apply while the store fails
     * @throws InvalidParamsException if the store is unknown
     */
    public static CountingPolicy of(
            Limits limits, Limits shares, CountStore place, Settings settings, PolicyEnvironment environment) {
        Store store = place.store(limits, environment);
        Store local = place.local(shares, environment);
        LimitCounter counter = store.isShared() && place.sync.isPositive()
                ? new Allowances(limits, store, environment, place.sync, place.instances)
                : new StoreCounter(limits, store, environment.clock());
        return new CountingPolicy(limits, counter, shares, local, settings, environment);
    }

    private CountingPolicy(
            Limits limits,
            LimitCounter counter,
            Limits shares,
            Store local,
            Settings settings,
            PolicyEnvironment environment) {
        this.book = Book.of(limits, counter, settings);
        this.substitute = Book.of(shares, new StoreCounter(shares, local, environment.clock()), settings);
        this.settings = settings;
        this.environment = environment;
        this.shadowKey = settings.prefix + ".shadow";
        this.failureKey = settings.prefix + ".store_failure";
        this.denied = settings.denial.response(settings.denialFormat);
        this.tooCostly = new Denial(
                        429,
                        CountingCode.COST_ABOVE_LIMIT,
                        "The request takes more than the limit ever admits, so waiting does not help",
                        DenialReason.RATE_LIMITED)
                .response(settings.denialFormat);
        this.unavailable = RequestOutcome.respond(new Denial(
                        503,
                        CountingCode.LIMITS_UNAVAILABLE,
                        "Requests cannot be counted for now",
                        DenialReason.POLICY_ERROR)
                .response(settings.denialFormat));
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        LimitedRequest limitedRequest = book.limits.asked(context);
        Limit exceeded = book.limits.firstThatNeverAdmits(limitedRequest);
        if (exceeded != null) {
            return RequestOutcome.respond(tooCostly.withRule(exceeded.name()));
        }
        Future<Tally> counted = book.counter.count(context.call(), limitedRequest);
        if (counted.succeeded()) {
            return decide(book, limitedRequest, counted.result(), List.of());
        }
        return counted.transform(done -> done.succeeded()
                ? decide(book, limitedRequest, done.result(), List.of())
                : decideWithout(context, limitedRequest, done.cause()));
    }

    private Future<RequestOutcome> decideWithout(
            RequestContext context, LimitedRequest limitedRequest, Throwable cause) {
        if (!(cause instanceof StoreException failure) || !settings.onStoreFailure.appliesTo(failure)) {
            return Future.failedFuture(cause);
        }
        List<RequestInstruction> note = List.of(
                new SetMetadata(failureKey, JSON.stringNode(failure.kind().label())));
        return switch (settings.onStoreFailure) {
            case ALLOW -> RequestOutcome.proceed(note);
            case DENY -> unavailable;
            case LOCAL ->
                substitute
                        .counter
                        .count(context.call(), limitedRequest)
                        .compose(tally -> decide(substitute, limitedRequest, tally, note));
        };
    }

    private Future<RequestOutcome> decide(
            Book book, LimitedRequest limitedRequest, Tally tally, List<RequestInstruction> note) {
        int denying = book.limits.firstThatDenies(tally);
        if (denying >= 0) {
            return deny(book, limitedRequest, tally, denying);
        }
        List<RequestInstruction> instructions = new ArrayList<>(4);
        book.onPassing.tell(tally, instructions);
        if (tally.over != 0) {
            instructions.add(new SetMetadata(shadowKey, namesOver(book.limits, tally)));
        }
        instructions.addAll(note);
        return instructions.isEmpty() ? RequestOutcome.unchanged() : RequestOutcome.proceed(instructions);
    }

    private Future<RequestOutcome> deny(Book book, LimitedRequest limitedRequest, Tally tally, int denying) {
        long seconds = Math.max(1, Seconds.ofMicros(book.limits.waitMicros(denying, tally, limitedRequest)));
        if (settings.jitterSeconds > 0) {
            seconds += Math.floorMod(environment.randomLong(), settings.jitterSeconds + 1);
        }
        ImmediateResponse answer = book.onDenial
                .tell(tally, denied, denying, seconds)
                .withRule(book.limits.get(denying).name());
        return RequestOutcome.respond(answer.withHeader("retry-after", Long.toString(seconds)));
    }

    /**
     * Returns the state of all limits for a key that an operator enters, without counting anything.
     *
     * @return for each limit, the used and the remaining requests, and the seconds until no request is in use; or the
     *     kind of failure if the store failed
     */
    public Future<JsonNode> state(String key) {
        return book.counter
                .look(book.limits.about(key))
                .map(this::describe)
                .recover(failure -> failure instanceof StoreException store
                        ? Future.succeededFuture(JSON.objectNode()
                                .put("store_failure", store.kind().label()))
                        : Future.failedFuture(failure));
    }

    private JsonNode describe(Tally tally) {
        ObjectNode state = JSON.objectNode();
        ArrayNode all = state.putArray("limits");
        for (int i = 0; i < book.limits.size(); i++) {
            Limit limit = book.limits.get(i);
            all.addObject()
                    .put("name", limit.name())
                    .put("limit", limit.meter().requests())
                    .put("used", book.limits.used(i, tally))
                    .put("remaining", book.limits.remaining(i, tally))
                    .put("reset_s", book.limits.secondsUntilFull(i, tally));
        }
        return state;
    }

    private static ArrayNode namesOver(Limits limits, Tally tally) {
        ArrayNode names = JSON.arrayNode();
        for (int i = 0; i < limits.size(); i++) {
            if (tally.isOver(i)) {
                names.add(limits.get(i).name());
            }
        }
        return names;
    }

    @Override
    public void close() {
        book.counter.close();
    }
}
