package io.policyengine.app.conformance;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.envoy.HostPort;
import io.policyengine.testkit.bypass.Bypass;
import io.policyengine.testkit.bypass.BypassCase;
import io.policyengine.testkit.bypass.BypassCases;
import io.policyengine.testkit.bypass.BypassException;
import io.policyengine.testkit.bypass.BypassResult;
import io.policyengine.testkit.bypass.Deployment;
import io.policyengine.testkit.bypass.LenientUpstream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** A run of the bypass corpus against an Envoy. */
public final class BypassRun {
    private BypassRun() {}

    /**
     * Starts the upstream and runs the cases one after another.
     *
     * @param target address of Envoy's listener, {@code HOST:PORT}
     * @param ids ids of the cases to run; empty: all
     * @throws CommandFailure if an option is invalid, nothing listens, or ordinary requests fail
     */
    public static List<BypassResult> runBlocking(String target, BypassOptions options, List<String> ids) {
        Deployment deployment = options.deployment(target);
        HostPort listen = options.listen();
        List<BypassCase> cases = chosen(ids);
        try (LenientUpstream upstream = listenBlocking(listen)) {
            return new Bypass(deployment, upstream).runBlocking(cases);
        } catch (UncheckedIOException unreachable) {
            throw CommandFailure.usage("nothing serves " + target + ": " + unreachable.getMessage());
        } catch (BypassException nothingProven) {
            throw CommandFailure.usage("the cases would prove nothing: " + nothingProven.getMessage());
        }
    }

    private static LenientUpstream listenBlocking(HostPort address) {
        try {
            return LenientUpstream.listenBlocking(address.host(), address.port());
        } catch (IOException e) {
            throw CommandFailure.failed(
                    "cannot listen on " + address.host() + ":" + address.port() + ": " + e.getMessage());
        }
    }

    private static List<BypassCase> chosen(List<String> ids) {
        List<BypassCase> all = BypassCases.all();
        for (String id : ids) {
            if (all.stream().noneMatch(one -> one.id().equalsIgnoreCase(id))) {
                throw CommandFailure.usage("--case: there is no case '" + id + "' in the bypass corpus");
            }
        }
        return all.stream()
                .filter(one -> ids.isEmpty() || ids.stream().anyMatch(one.id()::equalsIgnoreCase))
                .toList();
    }
}
