package io.policyengine.it.simulation.judge;

import io.policyengine.core.policy.Phase;
import io.policyengine.it.simulation.world.Request;
import io.policyengine.it.simulation.world.Stamp;
import io.policyengine.testkit.envoy.SimResult;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is seen of one exchange from outside: which policies were called, and what client and upstream got. */
public final class SimulatedExchange {
    private final Request request;
    private final long beganNanos;
    private final boolean overridesIgnored;
    private final List<PolicyRun> runs = new ArrayList<>();
    private final List<TrailersCalled> trailersCalled = new ArrayList<>();
    private final List<String> bodiesSeen = new ArrayList<>();
    private long endedNanos;
    private boolean hungUp;
    private boolean unseen;
    private @Nullable SimResult result;

    /**
     * An exchange that begins.
     *
     * @param overridesIgnored whether its Envoy ignores mode overrides
     */
    public SimulatedExchange(Request request, long beganNanos, boolean overridesIgnored) {
        this.request = request;
        this.beganNanos = beganNanos;
        this.overridesIgnored = overridesIgnored;
    }

    /** A policy is called. */
    public void ran(PolicyRun run) {
        runs.add(run);
    }

    /** A policy is called with trailers. */
    public void ranOnTrailers(TrailersCalled call) {
        trailersCalled.add(call);
    }

    /** All calls with trailers, in order. */
    List<TrailersCalled> trailersCalled() {
        return trailersCalled;
    }

    /** A policy sees a body. */
    public void sawBody(String body) {
        bodiesSeen.add(body);
    }

    List<String> bodiesSeen() {
        return bodiesSeen;
    }

    /** Whether its Envoy ignores mode overrides. */
    boolean areOverridesIgnored() {
        return overridesIgnored;
    }

    /** Whether its Envoy sends no body of it, whatever it is asked for. */
    boolean keepsBodyBack() {
        return overridesIgnored && request.hasBody();
    }

    /** Its body has gone upstream without a policy that had to see it. */
    void wentUnseen() {
        unseen = true;
    }

    boolean isUnseen() {
        return unseen;
    }

    /** Whether it was refused because a body did not come, or is known not to come. */
    boolean isRefusedForABody() {
        SimResult known = result;
        return overridesIgnored && known != null && Answers.isForMissingBody(known.response());
    }

    /** Whether it reached the upstream. */
    boolean reachedUpstream() {
        SimResult known = result;
        return known != null && known.upstream() != null;
    }

    /** The client goes away. */
    public void hangUp() {
        hungUp = result == null;
    }

    /** It is over. */
    public void end(SimResult how, long nanos) {
        result = how;
        endedNanos = nanos;
    }

    /** What the client sent. */
    public Request request() {
        return request;
    }

    /** What became of it; null if it has not ended. */
    public @Nullable SimResult result() {
        return result;
    }

    long beganNanos() {
        return beganNanos;
    }

    long endedNanos() {
        return endedNanos;
    }

    boolean hasHungUp() {
        return hungUp;
    }

    /** All that were called, in order. */
    List<PolicyRun> runs() {
        return runs;
    }

    /** The generation that it runs by was pinned before this. It may have been on its way to the kernel still when its client went away. */
    long pinnedBeforeNanos() {
        return runs.isEmpty() ? endedNanos : runs.getFirst().atNanos();
    }

    /** All stamps that were seen anywhere. */
    Stream<Stamp> stamps() {
        Stream<Stamp> ofRuns = runs.stream().flatMap(run -> Stream.concat(Stream.of(run.stamp()), run.seen().stream()));
        SimResult known = result;
        if (known == null) {
            return ofRuns;
        }
        List<Stamp> onRequest = known.upstream() == null
                ? List.of()
                : Stamp.trail(known.upstream().header(Stamp.REQUEST_TRAIL));
        List<Stamp> onResponse = Stamp.trail(known.response().header(Stamp.RESPONSE_TRAIL));
        return Stream.of(ofRuns, onRequest.stream(), onResponse.stream()).flatMap(stamps -> stamps);
    }

    /** Those that were called before the client had its answer: a replica that stood still may run a call in vain. */
    List<PolicyRun> runsInTime(Phase phase) {
        return runs(phase).filter(run -> run.atNanos() <= endedNanos).toList();
    }

    Stream<PolicyRun> runs(Phase phase) {
        return runs.stream().filter(run -> run.phase() == phase);
    }

    @Override
    public String toString() {
        return "exchange " + request.number();
    }
}
