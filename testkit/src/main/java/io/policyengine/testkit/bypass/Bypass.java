package io.policyengine.testkit.bypass;

import io.policyengine.testkit.bypass.LenientUpstream.Seen;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Runs a corpus of attempts to bypass policies through an Envoy, and judges each case by the requests that the upstream
 * received. A bypass is a request for the protected path without a credential, a forged identity field, or a body
 * beyond the limit.
 */
public final class Bypass {
    private static final int TIMEOUT_MS = 5_000;
    private static final int MAX_TRIES = 10;
    private static final List<Integer> BOTH = List.of(1, 2);

    private final Deployment deployment;
    private final LenientUpstream upstream;
    private final BypassTemplate template;

    /** Creates a run of the bypass cases against a deployment whose Envoy forwards to this upstream. */
    public Bypass(Deployment deployment, LenientUpstream upstream) {
        this.deployment = deployment;
        this.upstream = upstream;
        this.template = new BypassTemplate(deployment);
    }

    /**
     * Runs each case in every HTTP version that can express it. Cases for a path that the deployment lacks are skipped.
     *
     * @throws UncheckedIOException if the deployment is unreachable
     * @throws BypassException if ordinary requests fail before or after the cases
     */
    public List<BypassResult> runBlocking(List<BypassCase> cases) {
        List<BypassResult> results = new ArrayList<>();
        try {
            checkBlocking();
            for (BypassCase one : cases) {
                if (one.appliesTo(deployment)) {
                    for (int http : one.http()) {
                        results.add(runBlocking(one, http));
                    }
                }
            }
            checkBlocking();
        } catch (IOException e) {
            throw new UncheckedIOException(String.valueOf(e.getMessage()), e);
        }
        return results;
    }

    private BypassResult runBlocking(BypassCase one, int http) throws IOException {
        int status = sendBlocking(BypassRequest.of(one, template, deployment.credential()), http);
        return new BypassResult(one, http, status, bypass(one.credential(), upstream.take()));
    }

    private int sendBlocking(BypassRequest wire, int http) throws IOException {
        return http == 1
                ? Http1Client.sendBlocking(deployment.host(), deployment.port(), wire, TIMEOUT_MS)
                : Http2Client.sendBlocking(deployment.host(), deployment.port(), wire, TIMEOUT_MS);
    }

    private @Nullable String bypass(boolean credential, List<Seen> requests) {
        for (Seen request : requests) {
            String line = "'" + request.method() + " " + request.target() + "'";
            boolean isProtected = reaches(request, deployment.paths().path());
            if (isProtected && !credential) {
                return "the upstream takes " + line + " for the protected path";
            }
            if (isProtected || reaches(request, deployment.paths().optional())) {
                for (String name : deployment.identity()) {
                    if (request.values(name).stream().anyMatch(value -> value.contains(BypassTemplate.FORGED))) {
                        return "the upstream sees the client's own " + name + " at " + line;
                    }
                }
            }
            if (reaches(request, deployment.paths().limited())
                    && request.bodyLength() >= BypassTemplate.BODY
                    && hasMedia(request)) {
                return "the upstream received a body beyond the limit at " + line;
            }
        }
        return null;
    }

    private static boolean reaches(Seen request, @Nullable String path) {
        if (path == null) {
            return false;
        }
        List<String> targets = new ArrayList<>(List.of(request.target()));
        targets.addAll(request.values("x-original-url"));
        targets.addAll(request.values("x-rewrite-url"));
        return targets.stream().anyMatch(target -> LenientReading.reaches(target, path));
    }

    /**
     * Returns whether one of the request's Content-Type fields has the limited media type, since a server may use any
     * of them.
     */
    private boolean hasMedia(Seen request) {
        String media = deployment.media().toLowerCase(Locale.ROOT);
        return request.values("content-type").stream()
                .flatMap(value -> List.of(value.split(",", -1)).stream())
                .map(type -> type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                .anyMatch(media::equals);
    }

    /** Checks that ordinary requests reach the upstream and that requests without a credential do not. */
    private void checkBlocking() throws IOException {
        upstream.take();
        for (int http : BOTH) {
            List<String> credential = List.of(deployment.credential());
            expectBlocking(
                    get(deployment.paths().path(), credential),
                    http,
                    deployment.paths().path(),
                    true);
            expectBlocking(
                    get(deployment.paths().path(), List.of()),
                    http,
                    deployment.paths().path(),
                    false);
            expectBlocking(
                    get(deployment.paths().open(), List.of()),
                    http,
                    deployment.paths().open(),
                    true);
            String optional = deployment.paths().optional();
            if (optional != null) {
                expectBlocking(get(optional, List.of()), http, optional, true);
            }
            String limited = deployment.paths().limited();
            if (limited != null) {
                List<String> media = List.of("Content-Type: " + deployment.media());
                BypassRequest small = BypassRequest.plain("POST", limited, deployment.authority(), media, "{}");
                expectBlocking(small, http, limited, true);
            }
        }
    }

    private BypassRequest get(String path, List<String> fields) {
        return BypassRequest.plain("GET", path, deployment.authority(), fields, "");
    }

    private void expectBlocking(BypassRequest wire, int http, String path, boolean arrives) throws IOException {
        int status = sendBlocking(wire, http);
        // Envoy may time out while a newly started engine is still slow.
        for (int tries = 1; status >= 500 && tries < MAX_TRIES; tries++) {
            status = sendBlocking(wire, http);
        }
        List<Seen> seen = upstream.take();
        boolean arrived = seen.stream().anyMatch(request -> request.target().equals(path));
        if (arrived != arrives || (arrives && status != 200)) {
            throw new BypassException("an ordinary " + wire.method() + " of " + path
                    + (wire.fields().isEmpty()
                            ? ""
                            : " with '" + nameOf(wire.fields().getFirst()) + "'") + " over HTTP/"
                    + http + (arrived ? " reached" : " did not reach") + " the upstream, and was answered with "
                    + (status == 0 ? "nothing" : status) + "; expected was the "
                    + (arrives ? "upstream's answer, 200" : "policies' refusal"));
        }
    }

    private static String nameOf(String field) {
        return field.split(":", 2)[0];
    }
}
