package io.policyengine.admin.view;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.EntryMode;
import io.policyengine.core.config.FlowConfig;
import io.policyengine.core.config.OverrideConfig;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.params.Doc;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.kernel.plan.BodyUse;
import io.policyengine.kernel.plan.FlowPlan;
import io.policyengine.kernel.plan.Modes;
import io.policyengine.kernel.plan.PlannedEntry;
import io.policyengine.kernel.plan.RoutePlan;
import io.policyengine.kernel.plan.Segment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The work that the engine does for a route in the running generation. */
@Doc("The engine's work for a route in the running generation.")
public record PlanView(
        @Doc("The route.") String route,
        @Doc("The generation.") long generation,
        @Doc("The state of the route.") RouteView.State state,

        @Doc("The reason why exchanges are not served.") @Nullable
        String reason,

        @Doc("The request phase.") Flow request,
        @Doc("The response phase.") Flow response,

        @Doc("The entries of the response chain that are applied to the engine's own denials.")
        List<Call> onDenial,

        @Doc("The cost of an exchange with bodies and without denials.")
        Prediction predicted) {
    /** The engine's work for one phase of a route. */
    @Doc("One phase.")
    public record Flow(
            @Doc("The entries of the chain as it is written, with the modes in force.")
            List<ChainEntry> chain,

            @Doc("`none`: no policy reads the body; `whole`: policies read it whole; `chunks`: chunk by chunk.")
            BodyUse body,

            @Doc("Maximum number of bytes of a body that is held whole.") @Nullable
            Long maxBodyBytes,

            @Doc("The worker calls in order. Consecutive policies of one worker run in one call.")
            List<Call> calls) {
        static Flow of(FlowPlan plan, List<ChainEntry> chain) {
            return new Flow(
                    chain,
                    plan.body(),
                    plan.body() == BodyUse.WHOLE && plan.maxBody() < Long.MAX_VALUE ? plan.maxBody() : null,
                    Call.of(plan));
        }
    }

    /** An entry of a chain, with its mode. */
    @Doc("An entry of a chain and its mode.")
    public record ChainEntry(
            @Doc("The entry's name in the flow.") String name,
            @Doc("The policy.") String policy,
            @Doc("The mode in force.") EntryMode mode,

            @Doc("The override that replaces the entry's own mode.") @Nullable
            OverrideView override) {
        static List<ChainEntry> of(RouteConfig route, FlowConfig flow, Modes modes) {
            return flow.chain().stream()
                    .map(entry -> of(entry, modes.of(route, entry)))
                    .toList();
        }

        private static ChainEntry of(EntryConfig entry, Overrides.InForce inForce) {
            OverrideConfig override = inForce.override();
            return new ChainEntry(
                    entry.name(),
                    entry.policy(),
                    inForce.mode(),
                    override == null ? null : OverrideView.of(override, OverrideView.State.ACTIVE));
        }
    }

    /** A planned call of a worker. */
    @Doc("One call of a worker.")
    public record Call(
            @Doc("The worker.") String worker,

            @Doc("True if a replica of the worker can be called now.")
            boolean available,

            @Doc("True if the call carries the body.") boolean readsBody,

            @Doc("The entries that run in the call, one after another.")
            List<Entry> entries) {
        static List<Call> of(FlowPlan plan) {
            return plan.segments().stream().map(Call::of).toList();
        }

        private static Call of(Segment segment) {
            return new Call(
                    segment.worker().name(),
                    segment.chain().isAvailable(),
                    segment.readsBody(),
                    segment.entries().stream().map(Entry::of).toList());
        }
    }

    /** A chain entry in a planned call. */
    @Doc("One use of a policy.")
    public record Entry(
            @Doc("The entry's name in the flow.") String name,
            @Doc("The policy.") String policy,
            @Doc("Reaction to a failure of the policy.") OnFailure onFailure,

            @Doc("Reaction if the entry's worker cannot be called.")
            OnFailure onWorkerFailure,

            @Doc("Reaction if the policy, or the call of its worker, is refused because of overload.")
            OnFailure onOverload,

            @Doc("How much of the body the entry needs.") BodyNeed bodyNeed) {
        static Entry of(PlannedEntry entry) {
            return new Entry(
                    entry.name(),
                    entry.policy(),
                    entry.onFailure(),
                    entry.onWorkerFailure(),
                    entry.onOverload(),
                    entry.bodyNeed());
        }
    }

    /** The predicted cost of an exchange. */
    @Doc("The cost of an exchange.")
    public record Prediction(
            @Doc("Number of worker calls, excluding chunks of bodies.")
            int calls,

            @Doc("Messages that Envoy sends if its own body modes are NONE; a streamed body adds one for "
                    + "each chunk.")
            List<String> messages) {
        static Prediction of(RoutePlan plan) {
            List<String> messages = new ArrayList<>();
            messages.add("request_headers");
            if (plan.request().needsBody()) {
                messages.add("request_body");
            }
            messages.add("response_headers");
            if (plan.response().needsBody()) {
                messages.add("response_body");
            }
            int calls = plan.request().segments().size()
                    + plan.response().segments().size();
            return new Prediction(calls, messages);
        }
    }

    public static PlanView of(RouteConfig route, RoutePlan plan, Modes modes, long generation) {
        RoutePlan.Refusal refusal = plan.refusal();
        return new PlanView(
                plan.routeName(),
                generation,
                RouteView.State.of(plan),
                refusal == null ? null : refusal.reason(),
                Flow.of(plan.request(), ChainEntry.of(route, route.requestFlow(), modes)),
                Flow.of(plan.response(), ChainEntry.of(route, route.responseFlow(), modes)),
                Call.of(plan.onDenial()),
                Prediction.of(plan));
    }
}
