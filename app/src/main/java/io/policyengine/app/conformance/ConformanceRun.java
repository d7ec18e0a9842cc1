package io.policyengine.app.conformance;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.envoy.HostPort;
import io.policyengine.core.vertx.EngineVertx;
import io.policyengine.testkit.conformance.Behaviour;
import io.policyengine.testkit.conformance.CaseResult;
import io.policyengine.testkit.conformance.Conformance;
import io.policyengine.testkit.conformance.ConformanceCase;
import io.policyengine.testkit.conformance.ConformanceCases;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** A run of the conformance suite against an ext_proc server. */
public final class ConformanceRun {
    private static final String UNIX = "unix:";
    private static final String ALL = "all";

    private ConformanceRun() {}

    /**
     * Runs the cases one after another and waits for their end.
     *
     * @param target address of the server, {@code HOST:PORT} or {@code unix:PATH}
     * @param cases ids of the cases to run; empty: all
     * @param behaviours names of the optional behaviours to test; {@code all}: every one
     * @throws CommandFailure if an argument is invalid, or nothing listens at the target
     */
    public static List<CaseResult> runBlocking(String target, List<String> cases, List<String> behaviours) {
        SocketAddress address = address(target);
        List<ConformanceCase> chosen = chosen(cases);
        Set<Behaviour> had = behaviours(behaviours);
        Vertx vertx = EngineVertx.create();
        try {
            Future<List<CaseResult>> results = Conformance.builder(vertx)
                    .target(address)
                    .behaviours(had)
                    .build()
                    .run(chosen);
            return results.recover(unreachable -> Future.failedFuture(
                            CommandFailure.usage("nothing serves " + target + ": " + unreachable.getMessage())))
                    .await();
        } finally {
            vertx.close().await();
        }
    }

    private static SocketAddress address(String target) {
        if (target.startsWith(UNIX)) {
            return SocketAddress.domainSocketAddress(target.substring(UNIX.length()));
        }
        try {
            HostPort address = HostPort.parse(target);
            return SocketAddress.inetSocketAddress(address.port(), address.host());
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("--target: " + e.getMessage() + ", or unix:PATH");
        }
    }

    private static List<ConformanceCase> chosen(List<String> ids) {
        List<ConformanceCase> all = ConformanceCases.all();
        for (String id : ids) {
            if (all.stream().noneMatch(one -> one.id().equals(id.toUpperCase(Locale.ROOT)))) {
                throw CommandFailure.usage("--case: there is no case '" + id + "', only "
                        + all.getFirst().id() + " to " + all.getLast().id());
            }
        }
        return all.stream()
                .filter(one -> ids.isEmpty() || ids.stream().anyMatch(one.id()::equalsIgnoreCase))
                .toList();
    }

    private static Set<Behaviour> behaviours(List<String> names) {
        if (names.contains(ALL)) {
            return EnumSet.allOf(Behaviour.class);
        }
        return names.stream()
                .map(name -> Behaviour.of(name)
                        .orElseThrow(() -> CommandFailure.usage("--behaviour: there is no behaviour '" + name
                                + "', only " + ALL + ", "
                                + Arrays.stream(Behaviour.values())
                                        .map(Behaviour::id)
                                        .collect(Collectors.joining(", ")))))
                .collect(Collectors.toSet());
    }
}
