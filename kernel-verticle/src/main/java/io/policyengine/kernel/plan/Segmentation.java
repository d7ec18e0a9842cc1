package io.policyengine.kernel.plan;

import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.EntryMode;
import io.policyengine.core.config.FlowConfig;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.error.Problem;
import io.policyengine.core.params.JudgedSchema;
import io.policyengine.core.params.NearestKey;
import io.policyengine.core.params.ParamsValidator;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PassedEntries;
import io.policyengine.kernel.plan.Planner.DraftRoute;
import io.policyengine.kernel.plan.Planner.DraftSegment;
import io.policyengine.kernel.plan.Planner.Idle;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.kernel.worker.ownership.Declarations;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Splits routes into segments, as the first step of planning. Entries get the modes in force, and consecutive entries
 * of one worker become a segment. An entry that may replace the identity that an earlier segment provided is the last
 * of its segment. Before later entries run, the kernel can then remove the fields of the old identity, which the worker
 * does not know.
 */
final class Segmentation {
    private final Modes modes;
    private final Declarations declarations;
    private final PassedResponses passedResponses;
    private final Planner.Chains chains;
    private final boolean offToo;

    Segmentation(Modes modes, Planner.Chains chains, boolean offToo) {
        this.modes = modes;
        this.declarations = modes.declarations();
        this.passedResponses = new PassedResponses(declarations);
        this.chains = chains;
        this.offToo = offToo;
    }

    DraftRoute draft(RouteConfig route) {
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

    /** Returns the reason why a policy that no worker declares may still become available, or null if it cannot. */
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
     * Checks the entries with {@code mode: off}, as far as possible without their workers.
     *
     * @return the segments that their workers must check
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
        if (owner != null && owner.policy().judged() instanceof JudgedSchema.Usable(ParamsValidator validator)) {
            validator.validate(entry.params()).forEach(problem -> problems.add(entry.problem(problem)));
        }
        return problems;
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
            problems.add(entry.wrongPhase(phase));
        }
    }

    private List<DraftSegment> segments(RouteConfig route, Phase phase, List<EntryConfig> entries) {
        List<DraftSegment> segments = new ArrayList<>();
        List<EntryConfig> group = new ArrayList<>();
        Worker current = null;
        boolean identifiedBefore = false;
        boolean identifiedHere = false;
        boolean replaces = false;
        for (EntryConfig entry : entries) {
            Declarations.Owner owner = declarations.owner(entry.policy());
            Worker worker = owner == null ? null : owner.worker();
            if ((worker != current || replaces) && current != null) {
                segments.add(segment(route, phase, current, group));
                group = new ArrayList<>();
                identifiedBefore |= identifiedHere;
                identifiedHere = false;
            }
            current = worker;
            group.add(entry);
            boolean identifies = phase == Phase.REQUEST
                    && entry.mode() == EntryMode.ENFORCE
                    && RouteIdentity.mayProvide(entry.policy(), declarations);
            replaces = identifies && identifiedBefore;
            identifiedHere |= identifies;
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
                                PlannedEntry.onFailure(entry),
                                entry.onOverload(),
                                entry.timeout(),
                                entry.when(),
                                entry.mode() == EntryMode.SHADOW)
                        .withPassed(passed(route, entry)))
                .toList();
        ChainSpec chain = chains.take(worker.name(), route.routeName(), phase, specs);
        return new DraftSegment(worker, chain, List.copyOf(entries));
    }

    private @Nullable PassedEntries passed(RouteConfig route, EntryConfig entry) {
        return passedResponses.keepsAnswers(entry)
                ? passedResponses.before(entry, taking(route, Phase.RESPONSE))
                : null;
    }

    private static FlowConfig flow(RouteConfig route, Phase phase) {
        return switch (phase) {
            case REQUEST -> route.requestFlow();
            case RESPONSE -> route.responseFlow();
        };
    }

    /** Returns the entries that are not disabled, with the modes in force. */
    private List<EntryConfig> taking(RouteConfig route, Phase phase) {
        return flow(route, phase).chain().stream()
                .map(entry -> entry.withMode(modes.of(route, entry).mode()))
                .filter(entry -> entry.mode() != EntryMode.OFF)
                .toList();
    }
}
