package io.policyengine.kernel.plan;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.EntryMode;
import io.policyengine.core.config.FlowConfig;
import io.policyengine.core.config.ProcessingMode;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.Problem;
import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.params.NearestKey;
import io.policyengine.core.params.ParamsValidator;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.IdentityFields;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.kernel.envoy.MutationRules;
import io.policyengine.kernel.metrics.CallMeters;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.kernel.worker.ownership.Declarations;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the plan of a route in two steps: a draft says which chains are to be prepared in which workers; what preparing found
 * out turns it into a plan.
 */
public final class Planner {
    private final Modes modes;
    private final Declarations declarations;
    private final Chains chains;
    private final KernelMeters meters;
    private final MutationRules rules;
    private final boolean offToo;
    private final Map<String, Optional<ParamsValidator>> validators = new HashMap<>();

    /** Gives chains their ids. */
    public interface Chains {
        /** The chain of this content in this worker: the one that is prepared already, or a new one. */
        ChainSpec take(String worker, String route, Phase phase, List<ChainSpec.Entry> entries);
    }

    /**
     * A planner for what the workers declare now, and the modes that are in force now.
     *
     * @param rules what Envoy lets the engine change
     * @param offToo whether workers are asked about entries with {@code mode: off} too: what these may do wrong is then known to the end
     */
    public Planner(Modes modes, Chains chains, KernelMeters meters, MutationRules rules, boolean offToo) {
        this.modes = modes;
        this.declarations = modes.declarations();
        this.chains = chains;
        this.meters = meters;
        this.rules = rules;
        this.offToo = offToo;
    }

    /** Consecutive entries of one worker, each in the mode that is in force. */
    public record DraftSegment(Worker worker, ChainSpec chain, List<EntryConfig> entries) {}

    /**
     * A route before its chains are prepared.
     *
     * @param off entries with {@code mode: off}, to be prepared only to hear what is wrong with them
     * @param idle request entries that are off and may provide an identity
     * @param problems what is wrong already
     * @param remarks what is wrong with entries with {@code mode: off}: no route is refused for it
     * @param awaited why a policy cannot be had yet that may come, for people; null where all can be had
     */
    public record DraftRoute(
            RouteConfig route,
            List<DraftSegment> request,
            List<DraftSegment> response,
            List<DraftSegment> off,
            Idle idle,
            List<Problem> problems,
            List<Problem> remarks,
            @Nullable String awaited) {}

    /**
     * Request entries that are off in the mode that is in force, and may provide an identity: prepared only to hear by which fields.
     *
     * @param unknown whether there are others, which nobody can be asked about
     */
    public record Idle(List<DraftSegment> segments, boolean unknown) {}

    /** Groups the entries of a route that are not off into segments. */
    public DraftRoute draft(RouteConfig route) {
        List<Problem> problems = new ArrayList<>();
        List<Problem> remarks = new ArrayList<>();
        List<DraftSegment> off = new ArrayList<>();
        String awaited = null;
        for (Phase phase : Phase.values()) {
            off.addAll(checkOff(route, phase, remarks));
            for (EntryConfig entry : taking(route, phase)) {
                problems.addAll(entry.problems());
                Declarations.Owner owner = declarations.owner(entry.policy());
                String why = owner == null ? awaited(entry.policy()) : null;
                if (why != null) {
                    awaited = why;
                } else {
                    check(entry, phase, owner, problems);
                }
            }
        }
        boolean broken = awaited != null || !problems.isEmpty();
        return new DraftRoute(
                route,
                broken ? List.of() : segments(route, Phase.REQUEST, taking(route, Phase.REQUEST)),
                broken ? List.of() : segments(route, Phase.RESPONSE, taking(route, Phase.RESPONSE)),
                off,
                idle(route),
                problems,
                remarks,
                awaited);
    }

    private Idle idle(RouteConfig route) {
        List<EntryConfig> idle = route.requestFlow().chain().stream()
                .filter(entry -> modes.of(route, entry).mode() == EntryMode.OFF)
                .filter(entry -> RouteIdentity.mayProvide(entry.policy(), declarations))
                .toList();
        List<EntryConfig> askable = idle.stream()
                .filter(entry -> problemsOf(entry, Phase.REQUEST, declarations.owner(entry.policy()))
                        .isEmpty())
                .filter(entry -> declarations.owner(entry.policy()) != null)
                .toList();
        return new Idle(segments(route, Phase.REQUEST, askable), askable.size() < idle.size());
    }

    /** Why a policy that no worker can run now may still come, for people; null if it may not. */
    private @Nullable String awaited(String policy) {
        String withheld = declarations.withheld(policy);
        if (withheld != null) {
            return "policy '" + policy + "' cannot be used: " + withheld;
        }
        return declarations.complete()
                ? null
                : "no worker has declared policy '" + policy + "' yet, and not all have answered";
    }

    /**
     * Checks the entries with {@code mode: off}, as far as that goes without their workers.
     *
     * @return what their workers are to be asked
     */
    private List<DraftSegment> checkOff(RouteConfig route, Phase phase, List<Problem> remarks) {
        List<EntryConfig> sound = new ArrayList<>();
        for (EntryConfig entry : flow(route, phase).chain()) {
            if (entry.mode() == EntryMode.OFF) {
                Declarations.Owner owner = declarations.owner(entry.policy());
                List<Problem> found = problemsOf(entry, phase, owner);
                remarks.addAll(found);
                if (owner != null && found.isEmpty()) {
                    sound.add(entry);
                }
            }
        }
        return offToo ? segments(route, phase, sound) : List.of();
    }

    private List<Problem> problemsOf(EntryConfig entry, Phase phase, Declarations.@Nullable Owner owner) {
        List<Problem> problems = new ArrayList<>(entry.problems());
        if (owner != null || awaited(entry.policy()) == null) {
            check(entry, phase, owner, problems);
        }
        if (owner != null) {
            validator(owner).stream()
                    .flatMap(validator -> validator.validate(entry.params()).stream())
                    .forEach(problem -> problems.add(entry.problem(problem)));
        }
        return problems;
    }

    /** For parameters of the policy; none if what its worker declares is no usable schema. */
    private Optional<ParamsValidator> validator(Declarations.Owner owner) {
        return validators.computeIfAbsent(owner.policy().descriptor().name(), _ -> {
            try {
                return Optional.of(ParamsValidator.of(owner.policy().paramsSchema()));
            } catch (IllegalArgumentException noSchema) {
                return Optional.empty();
            }
        });
    }

    /**
     * The plan of a route.
     *
     * @param prepared what preparing found out, by chain id; a chain whose worker is away is missing and taken to be good
     * @param problems gets what is wrong
     */
    public RoutePlan plan(DraftRoute draft, Map<Long, PreparedChain> prepared, List<Problem> problems) {
        return planOfChains(draft, prepared, problems).allowing(draft.route().allowInPath());
    }

    private RoutePlan planOfChains(DraftRoute draft, Map<Long, PreparedChain> prepared, List<Problem> problems) {
        List<Problem> found = new ArrayList<>(draft.problems());
        draft.request().forEach(segment -> checkPrepared(segment, prepared, found));
        draft.response().forEach(segment -> checkPrepared(segment, prepared, found));
        boolean keeps = keepsRequestBody(draft, prepared, found);
        BodyUse requestBody = bodyUse(draft.route().requestFlow(), draft.request(), prepared, found);
        BodyUse responseBody = bodyUse(draft.route().responseFlow(), draft.response(), prepared, found);
        RouteIdentity identity = RouteIdentity.of(draft, prepared, declarations);
        found.addAll(identity.problems(draft, rules));
        problems.addAll(found);
        problems.addAll(draft.remarks());
        draft.off().forEach(segment -> checkPrepared(segment, prepared, problems));
        String name = draft.route().routeName();
        if (!found.isEmpty()) {
            return refused(
                    name, ErrorCode.POLICY_NOT_SUPPORTED, found.getFirst().toString());
        }
        if (draft.awaited() != null) {
            return refused(name, ErrorCode.WORKER_UNAVAILABLE, draft.awaited());
        }
        if (identity.awaited() != null) {
            return refused(
                    name,
                    ErrorCode.WORKER_UNAVAILABLE,
                    "the worker of policy '" + identity.awaited()
                            + "' has not said yet by which fields it names the client to the upstream");
        }
        FlowPlan request = keeps
                ? keepingBody(draft, prepared)
                : flowPlan(name, draft.route().requestFlow(), requestBody, draft.request(), prepared);
        FlowPlan response = flowPlan(name, draft.route().responseFlow(), responseBody, draft.response(), prepared);
        boolean exact = request.wantsExactEnd() || response.wantsExactEnd();
        return RoutePlan.of(
                name,
                IdentityFields.of(identity.fields()),
                request,
                exact ? response.followed() : response,
                meters.route(name, request.workers(), response.workers()));
    }

    /**
     * What the lint is told of a route that is to be served. Of an entry whose worker is away nothing is known.
     *
     * @param prepared as for {@link #plan}
     */
    public LintRoute lintRoute(DraftRoute draft, Map<Long, PreparedChain> prepared) {
        return new LintRoute(
                draft.route(), lintEntries(draft.request(), prepared), lintEntries(draft.response(), prepared));
    }

    private List<LintEntry> lintEntries(List<DraftSegment> segments, Map<Long, PreparedChain> prepared) {
        List<LintEntry> entries = new ArrayList<>();
        for (DraftSegment segment : segments) {
            PreparedChain chain = prepared.get(segment.chain().id());
            for (int i = 0; i < segment.entries().size(); i++) {
                EntryConfig entry = segment.entries().get(i);
                EntryFacts facts = chain == null ? null : RouteIdentity.facts(segment, i, chain, declarations);
                entries.add(new LintEntry(
                        entry,
                        segment.worker().name(),
                        segment.worker().failOpen(),
                        facts,
                        bodyNeed(segment, i, prepared)));
            }
        }
        return entries;
    }

    private RoutePlan refused(String name, ErrorCode code, String reason) {
        return RoutePlan.refused(name, new RoutePlan.Refusal(code, reason), meters.route(name, 0, 0));
    }

    private void check(EntryConfig entry, Phase phase, Declarations.@Nullable Owner owner, List<Problem> problems) {
        if (owner == null) {
            String refusals = declarations.refusals(entry.policy());
            problems.add(Problem.error(
                    entry.source().policy(),
                    "no worker declares policy '" + entry.policy() + "'"
                            + (refusals.isEmpty()
                                    ? NearestKey.hint(
                                            entry.policy(),
                                            declarations.owners().keySet(),
                                            "policies")
                                    : refusals)));
        } else if (!owner.policy().descriptor().phases().contains(phase)) {
            problems.add(Problem.error(
                    entry.source().policy(),
                    "policy '" + entry.policy() + "' does not work on a "
                            + (phase == Phase.REQUEST ? "request_flow" : "response_flow")));
        }
    }

    private List<DraftSegment> segments(RouteConfig route, Phase phase, List<EntryConfig> entries) {
        List<DraftSegment> segments = new ArrayList<>();
        List<EntryConfig> group = new ArrayList<>();
        Worker current = null;
        for (EntryConfig entry : entries) {
            Declarations.Owner owner = declarations.owner(entry.policy());
            Worker worker = owner == null ? null : owner.worker();
            if (worker != current && current != null) {
                segments.add(segment(route, phase, current, group));
                group = new ArrayList<>();
            }
            current = worker;
            group.add(entry);
        }
        if (current != null) {
            segments.add(segment(route, phase, current, group));
        }
        return segments;
    }

    private DraftSegment segment(RouteConfig route, Phase phase, Worker worker, List<EntryConfig> entries) {
        List<ChainSpec.Entry> specs = entries.stream()
                .map(entry -> new ChainSpec.Entry(
                        entry.name(),
                        entry.policy(),
                        entry.params(),
                        onFailure(entry),
                        entry.onOverload(),
                        entry.timeout(),
                        entry.when(),
                        entry.mode() == EntryMode.SHADOW))
                .toList();
        ChainSpec chain = chains.take(worker.name(), route.routeName(), phase, specs);
        return new DraftSegment(worker, chain, List.copyOf(entries));
    }

    private static void checkPrepared(DraftSegment segment, Map<Long, PreparedChain> prepared, List<Problem> problems) {
        PreparedChain chain = prepared.get(segment.chain().id());
        for (int i = 0; chain != null && i < chain.entries().size(); i++) {
            PreparedChain.Entry result = chain.entries().get(i);
            EntryConfig entry = segment.entries().get(i);
            if (result.unknownPolicy()) {
                problems.add(Problem.error(
                        entry.source().location(),
                        "policy '" + entry.policy() + "' is not known to its worker '" + segment.worker() + "'"));
            }
            result.problems().forEach(problem -> problems.add(entry.problem(problem)));
        }
    }

    /** What a flow does with the body; a policy that its mode does not suit is a problem. */
    private BodyUse bodyUse(
            FlowConfig flow, List<DraftSegment> drafts, Map<Long, PreparedChain> prepared, List<Problem> problems) {
        List<BodyNeed> needs = new ArrayList<>();
        for (DraftSegment draft : drafts) {
            for (int i = 0; i < draft.entries().size(); i++) {
                BodyNeed need = bodyNeed(draft, i, prepared);
                String mismatch = BodyUse.mismatch(flow.mode(), need);
                if (mismatch != null) {
                    EntryConfig entry = draft.entries().get(i);
                    problems.add(Problem.error(entry.source().policy(), "policy '" + entry.policy() + "' " + mismatch));
                }
                // What nobody waits for must not make live messages wait, nor be refused.
                needs.add(draft.entries().get(i).mode() == EntryMode.SHADOW ? BodyNeed.NONE : need);
            }
        }
        return BodyUse.of(flow.mode(), needs);
    }

    /** Whether an entry of the response chain looks at the request's body; a mode of the request flow that does not give it is a problem. */
    private boolean keepsRequestBody(DraftRoute draft, Map<Long, PreparedChain> prepared, List<Problem> problems) {
        ProcessingMode mode = draft.route().requestFlow().mode();
        boolean any = false;
        for (DraftSegment segment : draft.response()) {
            for (int i = 0; i < segment.entries().size(); i++) {
                // What only a try looks at is not kept: holding it could refuse a live message.
                boolean shadow = segment.entries().get(i).mode() == EntryMode.SHADOW;
                if (shadow || !keepsRequestBody(segment, i, prepared)) {
                    continue;
                }
                any = true;
                if (mode == ProcessingMode.HEADERS_ONLY || mode == ProcessingMode.STREAMING) {
                    EntryConfig entry = segment.entries().get(i);
                    problems.add(Problem.error(
                            entry.source().policy(),
                            "policy '" + entry.policy() + "' looks at the request's body, which 'processing_mode: "
                                    + mode.name().toLowerCase(Locale.ROOT)
                                    + "' of the request_flow does not keep for it: set auto or buffered_body there"));
                }
            }
        }
        return any;
    }

    /** Whether an entry looks at the request's body in the response phase with its parameters; as it declares while its worker is away. */
    private boolean keepsRequestBody(DraftSegment draft, int index, Map<Long, PreparedChain> prepared) {
        if (draft.chain().phase() != Phase.RESPONSE) {
            return false;
        }
        PreparedChain chain = prepared.get(draft.chain().id());
        if (chain != null) {
            return chain.entries().get(index).keepsRequestBody();
        }
        Declarations.Owner owner = declarations.owner(draft.entries().get(index).policy());
        return owner != null && owner.policy().descriptor().keepsRequestBody();
    }

    /** The request flow where its body is kept: no longer than what those accept who look at it later. */
    private FlowPlan keepingBody(DraftRoute draft, Map<Long, PreparedChain> prepared) {
        FlowConfig flow = draft.route().requestFlow();
        List<Segment> segments = draft.request().stream()
                .map(segment -> segment(draft.route().routeName(), segment, prepared))
                .toList();
        long max = maxBody(flow, draft.request());
        for (DraftSegment segment : draft.response()) {
            for (int i = 0; i < segment.entries().size(); i++) {
                Declarations.Owner owner =
                        declarations.owner(segment.entries().get(i).policy());
                boolean shadow = segment.entries().get(i).mode() == EntryMode.SHADOW;
                if (owner != null && !shadow && keepsRequestBody(segment, i, prepared)) {
                    max = Math.min(max, owner.maxBodySize());
                }
            }
        }
        return FlowPlan.keepingBody(segments, max, flow.reencode());
    }

    /** What an entry needs with its parameters; as it declares while its worker is away. */
    private BodyNeed bodyNeed(DraftSegment draft, int index, Map<Long, PreparedChain> prepared) {
        PreparedChain chain = prepared.get(draft.chain().id());
        if (chain != null) {
            return chain.entries().get(index).bodyNeed();
        }
        Declarations.Owner owner = declarations.owner(draft.entries().get(index).policy());
        return owner == null
                ? BodyNeed.NONE
                : owner.policy().descriptor().bodyNeed(draft.chain().phase());
    }

    private FlowPlan flowPlan(
            String route, FlowConfig flow, BodyUse body, List<DraftSegment> drafts, Map<Long, PreparedChain> prepared) {
        if (drafts.isEmpty()) {
            return FlowPlan.EMPTY;
        }
        List<Segment> segments =
                drafts.stream().map(draft -> segment(route, draft, prepared)).toList();
        if (body != BodyUse.NONE) {
            return FlowPlan.onBody(segments, body, maxBody(flow, drafts), flow.reencode());
        }
        return segments.stream().anyMatch(Segment::readsBody)
                ? FlowPlan.onBodyInShadow(segments)
                : FlowPlan.onHeaders(segments);
    }

    private Segment segment(String route, DraftSegment draft, Map<Long, PreparedChain> prepared) {
        List<PlannedEntry> entries = new ArrayList<>();
        for (int i = 0; i < draft.entries().size(); i++) {
            entries.add(planned(
                    draft.entries().get(i),
                    draft.worker(),
                    bodyNeed(draft, i, prepared),
                    keepsRequestBody(draft, i, prepared)));
        }
        CallMeters calls = meters.calls(route, draft.worker().name());
        return Segment.of(draft.worker(), draft.chain().id(), 0, entries, calls);
    }

    /** The least of what the flow allows and the workers of its enforced policies accept. */
    private long maxBody(FlowConfig flow, List<DraftSegment> drafts) {
        long max = flow.maxBodyBytes() == null ? Long.MAX_VALUE : flow.maxBodyBytes();
        for (DraftSegment draft : drafts) {
            for (EntryConfig entry : draft.entries()) {
                Declarations.Owner owner = declarations.owner(entry.policy());
                if (owner != null && entry.mode() != EntryMode.SHADOW) {
                    max = Math.min(max, owner.maxBodySize());
                }
            }
        }
        return max;
    }

    private PlannedEntry planned(EntryConfig entry, Worker worker, BodyNeed need, boolean keepsRequestBody) {
        Declarations.Owner owner = declarations.owner(entry.policy());
        boolean byDefault = owner != null && owner.policy().descriptor().facts().contains(Fact.ON_DENIAL);
        OnFailure unset = worker.failOpen() ? OnFailure.CONTINUE : OnFailure.DENY;
        return new PlannedEntry(
                entry.name(),
                entry.policy(),
                onFailure(entry),
                entry.onFailure() == null ? unset : entry.onFailure(),
                entry.onOverload(),
                entry.reroute(),
                entry.onDenial() == null ? byDefault : entry.onDenial(),
                need,
                keepsRequestBody,
                entry.passEncoded(),
                entry.mode() == EntryMode.SHADOW,
                owner == null ? EndAccuracy.NONE : owner.policy().descriptor().endAccuracy());
    }

    private static OnFailure onFailure(EntryConfig entry) {
        return entry.onFailure() == null ? OnFailure.DENY : entry.onFailure();
    }

    private static FlowConfig flow(RouteConfig route, Phase phase) {
        return switch (phase) {
            case REQUEST -> route.requestFlow();
            case RESPONSE -> route.responseFlow();
        };
    }

    /** Those that take part, each in the mode that is in force. */
    private List<EntryConfig> taking(RouteConfig route, Phase phase) {
        return flow(route, phase).chain().stream()
                .map(entry -> entry.withMode(modes.of(route, entry).mode()))
                .filter(entry -> entry.mode() != EntryMode.OFF)
                .toList();
    }
}
