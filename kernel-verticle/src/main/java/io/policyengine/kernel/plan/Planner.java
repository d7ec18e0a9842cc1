package io.policyengine.kernel.plan;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.EntryMode;
import io.policyengine.core.config.EnvoyConfig;
import io.policyengine.core.config.FlowConfig;
import io.policyengine.core.config.ProcessingMode;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.Problem;
import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.lint.LintRoute;
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
import io.policyengine.kernel.worker.WorkerChain;
import io.policyengine.kernel.worker.ownership.Declarations;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Creates the plan of a route in two steps. The draft names the chains that each worker has to prepare; the plan
 * follows from the workers' results.
 */
public final class Planner {
    private final Declarations declarations;
    private final Segmentation segmentation;
    private final KernelMeters meters;
    private final EnvoyConfig envoy;
    private final MutationRules rules;

    /** Assigns ids to chains. */
    public interface Chains {
        /** Returns the worker's chain with the given content: one that is already prepared, or a new one. */
        ChainSpec take(String worker, String route, Phase phase, List<ChainSpec.Entry> entries);
    }

    /**
     * Creates a planner for the current declarations and modes.
     *
     * @param envoy the settings of Envoy on which the engine relies
     * @param offToo whether workers also check entries with {@code mode: off}, to find the problems of those entries
     */
    public Planner(Modes modes, Chains chains, KernelMeters meters, EnvoyConfig envoy, boolean offToo) {
        this.declarations = modes.declarations();
        this.segmentation = new Segmentation(modes, chains, offToo);
        this.meters = meters;
        this.envoy = envoy;
        this.rules = MutationRules.of(envoy);
    }

    /** A segment of a draft: consecutive entries of one worker, with the modes in force. */
    public record DraftSegment(Worker worker, ChainSpec chain, List<EntryConfig> entries) {}

    /**
     * A route before its chains are prepared.
     *
     * @param off entries with {@code mode: off}, prepared only to find their problems
     * @param idle disabled request entries that may provide an identity
     * @param problems problems known so far
     * @param remarks problems of entries with {@code mode: off}, which do not make the route unusable
     * @param awaited the human-readable reason why a policy is not available yet; null if all policies are available
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
     * The disabled request entries that may provide an identity, prepared only to learn which fields they set.
     *
     * @param unknown whether some of these entries cannot be prepared
     */
    public record Idle(List<DraftSegment> segments, boolean unknown) {}

    public DraftRoute draft(RouteConfig route) {
        return segmentation.draft(route);
    }

    /**
     * Returns the plan of a route.
     *
     * @param prepared results by chain id; a missing chain, whose worker is absent, is assumed to be valid
     * @param problems receives the problems found
     */
    public RoutePlan plan(DraftRoute draft, Map<Long, PreparedChain> prepared, List<Problem> problems) {
        return planOfChains(draft, new EntryFindings(prepared, declarations), problems)
                .under(draft.route());
    }

    private RoutePlan planOfChains(DraftRoute draft, EntryFindings findings, List<Problem> problems) {
        List<Problem> found = new ArrayList<>(draft.problems());
        draft.request().forEach(segment -> findings.note(segment, found));
        draft.response().forEach(segment -> findings.note(segment, found));
        boolean keeps = keepsRequestBody(draft, findings, found);
        BodyUse requestBody = bodyUse(draft.route().requestFlow(), draft.request(), findings, found);
        BodyUse responseBody = bodyUse(draft.route().responseFlow(), draft.response(), findings, found);
        RouteIdentity identity = RouteIdentity.of(draft, findings.prepared(), declarations);
        found.addAll(identity.problems(draft, envoy, rules));
        PlansByMetadata.checkNumber(draft.route(), findings.inPlaceOfBodies(draft), found);
        problems.addAll(found);
        problems.addAll(draft.remarks());
        draft.off().forEach(segment -> findings.note(segment, problems));
        String name = draft.route().routeName();
        if (!found.isEmpty()) {
            return refused(
                    name,
                    new RoutePlan.Refusal(
                            ErrorCode.ROUTE_MISCONFIGURED, found.getFirst().toString(), found));
        }
        if (draft.awaited() != null) {
            return awaited(draft.route(), draft.awaited());
        }
        if (identity.awaited() != null) {
            return awaited(
                    draft.route(),
                    "the worker of policy '" + identity.awaited()
                            + "' has not reported yet which fields identify the client to the upstream");
        }
        IdentityFields fields = IdentityFields.of(identity.fields());
        RoutePlan plan = servedPlan(draft, findings, fields, keeps, requestBody, responseBody);
        return plan.orElse(PlansByMetadata.of(findings.inPlaceOfBodies(draft), came -> {
            EntryFindings others = findings.where(came);
            BodyUse request = bodyUse(draft.route().requestFlow(), draft.request(), others, new ArrayList<>());
            BodyUse response = bodyUse(draft.route().responseFlow(), draft.response(), others, new ArrayList<>());
            return servedPlan(draft, others, fields, keeps, request, response);
        }));
    }

    private RoutePlan servedPlan(
            DraftRoute draft,
            EntryFindings findings,
            IdentityFields identity,
            boolean keeps,
            BodyUse requestBody,
            BodyUse responseBody) {
        String name = draft.route().routeName();
        FlowPlan request = keeps
                ? keepingBody(draft, findings)
                : flowPlan(name, draft.route().requestFlow(), requestBody, draft.request(), findings);
        FlowPlan response = flowPlan(name, draft.route().responseFlow(), responseBody, draft.response(), findings);
        boolean marks = draft.request().stream().anyMatch(segment -> marksResponse(segment, findings));
        boolean exact = request.wantsExactEnd() || response.wantsExactEnd();
        return RoutePlan.of(
                name,
                identity,
                request,
                exact ? response.followed() : response,
                marks,
                meters.route(name, request.workers(), response.workers()));
    }

    /**
     * Returns the route in the form that the lint examines. The facts of absent workers' entries are unknown.
     *
     * @param prepared as for {@link #plan}
     */
    public LintRoute lintRoute(DraftRoute draft, Map<Long, PreparedChain> prepared) {
        EntryFindings findings = new EntryFindings(prepared, declarations);
        return new LintRoute(
                draft.route(), lintEntries(draft.request(), findings), lintEntries(draft.response(), findings));
    }

    private static List<LintEntry> lintEntries(List<DraftSegment> segments, EntryFindings findings) {
        List<LintEntry> entries = new ArrayList<>();
        for (DraftSegment segment : segments) {
            for (int i = 0; i < segment.entries().size(); i++) {
                EntryConfig entry = segment.entries().get(i);
                entries.add(new LintEntry(
                        entry,
                        segment.worker().name(),
                        segment.worker().failOpen(),
                        findings.facts(segment, i),
                        findings.bodyNeed(segment, i)));
            }
        }
        return entries;
    }

    private RoutePlan awaited(RouteConfig route, String reason) {
        List<Problem> problems = List.of(Problem.error(route.location(), reason));
        return refused(route.routeName(), new RoutePlan.Refusal(ErrorCode.WORKER_UNAVAILABLE, reason, problems));
    }

    private RoutePlan refused(String name, RoutePlan.Refusal refusal) {
        return RoutePlan.refused(name, refusal, meters.route(name, 0, 0));
    }

    /** Returns how the flow uses the body. Adds a problem for each policy that cannot run in the flow's mode. */
    private static BodyUse bodyUse(
            FlowConfig flow, List<DraftSegment> drafts, EntryFindings findings, List<Problem> problems) {
        List<BodyNeed> needs = new ArrayList<>();
        for (DraftSegment draft : drafts) {
            for (int i = 0; i < draft.entries().size(); i++) {
                BodyNeed need = findings.bodyNeed(draft, i);
                String mismatch = BodyUse.mismatch(flow.mode(), need);
                if (mismatch != null && !findings.doesWithoutBody(draft, i)) {
                    EntryConfig entry = draft.entries().get(i);
                    problems.add(Problem.error(entry.source().policy(), "policy '" + entry.policy() + "' " + mismatch));
                }
                // Shadow entries must neither delay live messages nor cause their refusal.
                needs.add(draft.entries().get(i).mode() == EntryMode.SHADOW ? BodyNeed.NONE : need);
            }
        }
        return BodyUse.of(flow.mode(), needs);
    }

    /**
     * Returns whether an entry of the response chain reads the request's body. Adds a problem if the request flow's
     * mode does not provide it.
     */
    private static boolean keepsRequestBody(DraftRoute draft, EntryFindings findings, List<Problem> problems) {
        ProcessingMode mode = draft.route().requestFlow().mode();
        boolean any = false;
        for (DraftSegment segment : draft.response()) {
            for (int i = 0; i < segment.entries().size(); i++) {
                // Not kept for shadow entries: holding the body could cause the refusal of a live message.
                boolean shadow = segment.entries().get(i).mode() == EntryMode.SHADOW;
                if (shadow || !findings.keepsRequestBody(segment, i)) {
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

    private static boolean marksResponse(DraftSegment segment, EntryFindings findings) {
        for (int i = 0; i < segment.entries().size(); i++) {
            if (segment.entries().get(i).mode() != EntryMode.SHADOW && findings.marksResponse(segment, i)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns a request flow that keeps its body. The workers of the response policies that read the body also limit
     * its size.
     */
    private FlowPlan keepingBody(DraftRoute draft, EntryFindings findings) {
        FlowConfig flow = draft.route().requestFlow();
        List<Segment> segments = draft.request().stream()
                .flatMap(segment -> segment(draft.route().routeName(), segment, findings).separated().stream())
                .toList();
        long max = maxBody(flow, draft.request());
        for (DraftSegment segment : draft.response()) {
            for (int i = 0; i < segment.entries().size(); i++) {
                Declarations.Owner owner =
                        declarations.owner(segment.entries().get(i).policy());
                boolean shadow = segment.entries().get(i).mode() == EntryMode.SHADOW;
                if (owner != null && !shadow && findings.keepsRequestBody(segment, i)) {
                    max = Math.min(max, owner.maxBodySize());
                }
            }
        }
        return FlowPlan.keepingBody(segments, max, flow.reencode());
    }

    private FlowPlan flowPlan(
            String route, FlowConfig flow, BodyUse body, List<DraftSegment> drafts, EntryFindings findings) {
        if (drafts.isEmpty()) {
            return FlowPlan.EMPTY;
        }
        List<Segment> segments = drafts.stream()
                .flatMap(draft -> segment(route, draft, findings).separated().stream())
                .toList();
        if (body != BodyUse.NONE) {
            return FlowPlan.onBody(segments, body, maxBody(flow, drafts), flow.reencode());
        }
        return segments.stream().anyMatch(Segment::readsBody)
                ? FlowPlan.onBodyInShadow(segments)
                : FlowPlan.onHeaders(segments);
    }

    private Segment segment(String route, DraftSegment draft, EntryFindings findings) {
        List<PlannedEntry> entries = new ArrayList<>();
        for (int i = 0; i < draft.entries().size(); i++) {
            entries.add(planned(draft, i, findings));
        }
        CallMeters calls = meters.calls(route, draft.worker().name());
        return Segment.of(new WorkerChain(draft.worker(), draft.chain().id()), 0, entries, calls);
    }

    /** Returns the lowest of the maximum body sizes of the flow and of its enforced policies' workers, in bytes. */
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

    private PlannedEntry planned(DraftSegment draft, int index, EntryFindings findings) {
        EntryConfig entry = draft.entries().get(index);
        Declarations.Owner owner = declarations.owner(entry.policy());
        Set<Fact> facts = owner == null ? Set.of() : owner.policy().descriptor().facts();
        EntryFacts own = findings.facts(draft, index);
        boolean mayFail = own == null || own.mayFailByDependency();
        OnFailure unset = draft.worker().failOpen() ? OnFailure.CONTINUE : OnFailure.DENY;
        return new PlannedEntry(
                entry.name(),
                entry.policy(),
                new PlannedEntry.Reactions(
                        mayFail ? PlannedEntry.onFailure(entry) : OnFailure.DENY,
                        entry.onFailure() == null ? unset : entry.onFailure(),
                        entry.onOverload()),
                new PlannedEntry.BodyDemand(
                        findings.bodyNeed(draft, index),
                        findings.keepsRequestBody(draft, index),
                        entry.passEncoded() || findings.doesWithoutBody(draft, index),
                        findings.doesWithoutBodyHere(draft, index)),
                new PlannedEntry.Traits(
                        entry.reroute() || facts.contains(Fact.REROUTES),
                        entry.onDenial() == null ? facts.contains(Fact.ON_DENIAL) : entry.onDenial(),
                        entry.mode() == EntryMode.SHADOW,
                        findings.readsTrailers(draft, index),
                        entry.when() == null && findings.doesWithoutResponseHeaders(draft, index)),
                owner == null ? EndAccuracy.NONE : owner.policy().descriptor().endAccuracy(),
                findings.metadataRead(draft, index));
    }
}
