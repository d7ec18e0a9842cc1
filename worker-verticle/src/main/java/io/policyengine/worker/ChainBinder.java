package io.policyengine.worker;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.chain.run.BoundEntry;
import io.policyengine.core.config.PolicySettings;
import io.policyengine.core.expression.Compiled;
import io.policyengine.core.expression.Expression;
import io.policyengine.core.expression.ExpressionFault;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.params.CanonicalDigest;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.IdentityFields;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PassedEntries;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.worker.environment.WorkerEnvironment;
import io.policyengine.worker.environment.WorkerResources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Creates the policies of chains from the parameters of their entries. */
final class ChainBinder {
    private static final Logger LOG = LoggerFactory.getLogger(ChainBinder.class);

    private final WorkerOptions options;
    private final PolicyRegistry registry;
    private final WorkerResources resources;
    private final WorkerMetrics metrics;
    private final ShadowDenials shadowDenials;
    private final Ticker ticker;

    ChainBinder(
            WorkerOptions options,
            PolicyRegistry registry,
            WorkerResources resources,
            WorkerMetrics metrics,
            ShadowDenials shadowDenials,
            Ticker ticker) {
        this.options = options;
        this.registry = registry;
        this.resources = resources;
        this.metrics = metrics;
        this.shadowDenials = shadowDenials;
        this.ticker = ticker;
    }

    /** Creates all policies of the chain, or none if one of them cannot be created. */
    BoundChain bindBlocking(ChainSpec spec) {
        List<PreparedChain.Entry> prepared = new ArrayList<>();
        List<BoundEntry> bound = new ArrayList<>();
        Map<Integer, WorkerEnvironment> environments = new TreeMap<>();
        ChainUse use = new ChainUse();
        BitSet wantsEnd = new BitSet();
        AtomicBoolean lacksAnswer = new AtomicBoolean();
        for (ChainSpec.Entry entry : spec.entries()) {
            RegisteredPolicy<?> policy = registry.find(entry.policy());
            wantsEnd.set(prepared.size(), policy != null && policy.wantsEnd());
            prepared.add(
                    policy == null
                            ? bindUnknown(entry, bound)
                            : bindKnown(spec, entry, policy, bound, environments, use, lacksAnswer));
        }
        if (bound.size() < spec.entries().size()) {
            bound.forEach(entry -> BoundChain.close(entry.policyName(), entry.policy()));
            bound.clear();
            environments.values().forEach(WorkerEnvironment::close);
            environments.clear();
        }
        IdentityFields identity = IdentityFields.ofChain(
                prepared.stream().map(PreparedChain.Entry::facts).toList());
        bound.replaceAll(entry -> entry.withIdentity(identity));
        PreparedChain result = new PreparedChain(spec.id(), List.copyOf(prepared), lacksAnswer.get());
        return new BoundChain(spec, result, bound, environments, use, wantsEnd);
    }

    private PreparedChain.Entry bindUnknown(ChainSpec.Entry entry, List<BoundEntry> bound) {
        LOG.atWarn()
                .addKeyValue(LogFields.POLICY, entry.policy())
                .addKeyValue(LogFields.ENTRY, entry.name())
                .log(
                        options.failOnUnknown()
                                ? "a chain names an unknown policy and cannot be called"
                                : "a chain names an unknown policy, which will be skipped if the chain is called");
        if (!options.failOnUnknown()) {
            bound.add(BoundEntry.builder(entry.name(), entry.policy(), SkippedPolicy.INSTANCE, timeoutOf(entry))
                    .onFailure(entry.onFailure())
                    .build());
        }
        return new PreparedChain.Entry(true, List.of(), BodyNeed.NONE, EntryFacts.none());
    }

    private PreparedChain.Entry bindKnown(
            ChainSpec spec,
            ChainSpec.Entry entry,
            RegisteredPolicy<?> policy,
            List<BoundEntry> bound,
            Map<Integer, WorkerEnvironment> environments,
            ChainUse use,
            AtomicBoolean lacksAnswer) {
        // State in shadow mode is separate: when the entry is enforced, its state is empty.
        String stateOf = entry.shadow() ? entry.name() + WorkerEnvironment.SHADOW : entry.name();
        WorkerEnvironment environment = resources.environmentOf(
                spec.route(),
                stateOf,
                entry.policy(),
                timeoutOf(entry),
                options.limits().maxBodySize(),
                passedDigest(entry.passed()));
        if (!policy.wantsEnd()) {
            environment.withholdEnds();
        }
        PolicySettings settings = options.settingsOf(entry.policy());
        List<ParamProblem> problems = new ArrayList<>();
        Expression<Boolean> condition = condition(entry, spec.phase(), problems);
        if (policy.injectsFaults() && !options.allowFaults()) {
            problems.add(new ParamProblem(
                    "",
                    "it injects faults, which this worker does not allow: remove the entry or, if no production traffic"
                            + " depends on this worker, set worker_core.allow_faults: true"));
        }
        switch (policy.bindBlocking(entry.params(), settings, spec.phase(), environment)) {
            case RegisteredPolicy.Binding.Refused(var refused) -> {
                refused.forEach(problem -> problems.add(settings.placed(problem, entry.params())));
                lacksAnswer.compareAndSet(false, environment.lacksAnswer());
            }
            case RegisteredPolicy.Binding.Made(var made, var bodyNeed, var keepsRequestBody, var facts)
            when problems.isEmpty() -> {
                environments.put(bound.size(), environment);
                ChainSpec.Entry reacting = facts.mayFailByDependency() ? entry : entry.withOnFailure(OnFailure.DENY);
                EntryReporter reporter =
                        new EntryReporter(metrics.of(policy.name()), spec.route(), reacting, spec.phase(), ticker);
                bound.add(BoundEntry.builder(entry.name(), policy.name(), made, timeoutOf(entry))
                        .onFailure(reacting.onFailure())
                        .onOverload(entry.onOverload())
                        .body(bodyNeed, keepsRequestBody)
                        .condition(condition)
                        .observer(reporter)
                        .shadow(entry.shadow() ? shadowOf(spec, entry, environment, use) : null)
                        .build());
                return new PreparedChain.Entry(false, List.of(), bodyNeed, keepsRequestBody, facts);
            }
            case RegisteredPolicy.Binding.Made(var made, var _, var _, var _) -> BoundChain.close(policy.name(), made);
        }
        environment.close();
        return new PreparedChain.Entry(false, List.copyOf(problems), BodyNeed.NONE, EntryFacts.none());
    }

    /**
     * Returns the digest of the entries that responses pass, combined with this worker's settings of their policies.
     */
    private String passedDigest(@Nullable PassedEntries passed) {
        if (passed == null) {
            return "";
        }
        ArrayNode all = JsonNodeFactory.instance.arrayNode().add(passed.digest());
        passed.policies().forEach(policy -> all.add(options.settingsOf(policy).values()));
        return CanonicalDigest.of(all);
    }

    private ShadowReporter shadowOf(
            ChainSpec spec, ChainSpec.Entry entry, WorkerEnvironment environment, ChainUse use) {
        WorkerMetrics.OfShadow counts = metrics.shadowOf(spec.routeLabel(), entry.name(), entry.policy());
        environment.onClose(() -> metrics.endShadow(counts));
        return new ShadowReporter(
                counts,
                use,
                shadowDenials,
                environment.clock(),
                new ShadowDenials.Place(spec.route(), entry.name(), entry.policy(), spec.phase()));
    }

    /** Returns the entry's condition, or null if the entry has none or the condition does not compile. */
    private static @Nullable Expression<Boolean> condition(
            ChainSpec.Entry entry, Phase phase, List<ParamProblem> problems) {
        if (entry.when() == null) {
            return null;
        }
        return switch (Expression.condition(entry.when(), phase)) {
            case Compiled.Ok<Boolean>(Expression<Boolean> condition) -> condition;
            case Compiled.Invalid<Boolean>(List<ExpressionFault> faults) -> {
                ExpressionFault first = faults.getFirst();
                // The text may hold a secret; only the kernel, which read the configuration, quotes it.
                problems.add(new ParamProblem(
                        "",
                        "when: not a valid CEL condition for this worker, at line " + first.line() + ", column "
                                + first.column()));
                yield null;
            }
        };
    }

    private Duration timeoutOf(ChainSpec.Entry entry) {
        Duration own = entry.timeout();
        Duration max = options.policyTimeout();
        return own == null || own.compareTo(max) > 0 ? max : own;
    }
}
