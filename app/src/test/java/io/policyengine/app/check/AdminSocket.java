package io.policyengine.app.check;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The management API of an engine, by its socket. */
record AdminSocket(Path path) {
    /** A route whose edit opens nothing: its key changes. */
    private static final String STILL_PROTECTED = "{\"request_flow\": {\"policy_chain\": [{\"policy\": \"apiKeyAuth\","
            + " \"params\": {\"keys\": [{\"consumer\": \"a\", \"plain\": \"changed\"}]}}]}}";

    /** True once the engine has made it. */
    boolean isThere() {
        return Files.exists(path);
    }

    /** The status of an answer; {@code none} or {@code lost} where there is no answer. */
    String status(String method, String target, String body) {
        try {
            String answer = send(method, target, body);
            return answer.isEmpty() ? "none" : answer.split(" ", -1)[1];
        } catch (IOException lost) {
            return "lost";
        }
    }

    /** The numbers of answers by their status, to edits of routes and, for each third, a validation; so many of them at once. */
    Map<String, Integer> edit(int edits, int atOnce) throws Exception {
        List<Callable<String>> callers = new ArrayList<>();
        for (int caller = 0; caller < edits; caller++) {
            String route = "/routes/%2Fr" + caller;
            callers.add(
                    caller % 3 == 0
                            ? () -> status("POST", "/config:validate", "{\"files\": {\"routes/x.yaml\": \"{}\"}}")
                            : () -> status("PUT", route, STILL_PROTECTED));
        }
        Map<String, Integer> answers = new TreeMap<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(atOnce)) {
            for (Future<String> answer : threads.invokeAll(callers)) {
                answers.merge(answer.get(), 1, Integer::sum);
            }
        }
        return answers;
    }

    private String send(String method, String target, String body) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(path));
            channel.write(
                    ByteBuffer.wrap((method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                                    + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.US_ASCII)));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
