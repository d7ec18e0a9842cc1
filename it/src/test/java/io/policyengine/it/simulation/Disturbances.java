package io.policyengine.it.simulation;

import io.policyengine.it.simulation.judge.Faults;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** What goes wrong in a seed. */
final class Disturbances {
    private final Agenda agenda;
    private final Faults faults;
    private final List<SimulatedReplica> replicas;
    private final Runnable cutOffEnvoy;

    Disturbances(Agenda agenda, Faults faults, List<SimulatedReplica> replicas, Runnable cutOffEnvoy) {
        this.agenda = agenda;
        this.faults = faults;
        this.replicas = replicas;
        this.cutOffEnvoy = cutOffEnvoy;
    }

    /** Draws them, for within a time. In a third of the seeds there are none. */
    void draw(RandomGenerator random, long span) {
        int count = random.nextInt(3) == 0 ? 0 : random.nextInt(1, 5);
        for (int i = 0; i < count; i++) {
            SimulatedReplica victim = replicas.get(random.nextInt(replicas.size()));
            long at = random.nextLong(span);
            long until = at + random.nextLong(span);
            switch (random.nextInt(9)) {
                case 0, 1, 2 -> fault(at, until, victim, "dies", victim::kill, victim::start);
                case 3, 4 ->
                    fault(at, until, victim, "stands still", () -> victim.stall(true), () -> {
                        victim.stall(false);
                        return Future.succeededFuture();
                    });
                case 5, 6 -> fault(at, at, victim, "is cut off", victim::cut, Future::succeededFuture);
                case 7 -> fault(at, until, victim, "drains", victim::drain, victim::start);
                default ->
                    agenda.after(at, () -> {
                        agenda.note(() -> "Envoy is cut off");
                        faults.begin(Faults.ENVOY, agenda.now());
                        faults.end(Faults.ENVOY, agenda.now());
                        cutOffEnvoy.run();
                    });
            }
        }
    }

    private void fault(
            long at, long until, SimulatedReplica victim, String what, Runnable begin, Supplier<Future<Void>> mend) {
        agenda.after(at, () -> {
            agenda.note(() -> victim.name() + " " + what);
            faults.begin(victim.name(), agenda.now());
            begin.run();
        });
        agenda.after(
                until,
                () -> mend.get().onComplete(_ -> {
                    agenda.note(() -> victim.name() + " is back");
                    faults.end(victim.name(), agenda.now());
                }));
    }
}
