package io.policyengine.testkit.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.policyengine.testkit.provider.AnswerScript.Ending;
import io.policyengine.testkit.time.Await;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FakeProviderTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int EVENTS = 200;
    /** 20 of input; of output 200 seen and 3 thought. */
    private static final long TOKENS = 223;

    private final FakeProvider provider = FakeProvider.start();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void stop() {
        client.shutdownNow();
        provider.close();
    }

    private static Stream<Arguments> everyApiInEveryCut() {
        List<Integer> cuts = Boolean.getBoolean("tests.all") ? List.of(0, 1, 7, 64, 4_096) : List.of(0, 64);
        return Stream.of(ProviderApi.values()).flatMap(api -> cuts.stream().map(cut -> Arguments.of(api, cut)));
    }

    private HttpRequest.Builder asked(ProviderApi api, boolean stream, AnswerScript script) {
        String path = stream ? api.streamPath() : api.path();
        return HttpRequest.newBuilder(URI.create(provider.url() + path))
                .timeout(Duration.ofSeconds(30))
                .header(AnswerScript.HEADER, script.header())
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(api.request("Say \"hello\".", 1_000, stream)));
    }

    private HttpResponse<byte[]> answer(ProviderApi api, boolean stream, AnswerScript script) throws Exception {
        return client.send(asked(api, stream, script).build(), BodyHandlers.ofByteArray());
    }

    /** Reads on until the text has come, and no further. */
    private static void readUntil(InputStream body, String text) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(text) < 0) {
            int octet = body.read();
            assertThat(octet).isNotNegative();
            read.append((char) octet);
        }
    }

    private ProviderExchange last() {
        return provider.exchanges().getLast();
    }

    /** The JSON texts of a stream, whatever frames them. */
    private static List<JsonNode> messages(HttpResponse<byte[]> answer) {
        String type = answer.headers().firstValue("content-type").orElseThrow();
        if (type.startsWith("application/vnd.amazon.eventstream")) {
            return binary(Buffer.buffer(answer.body()));
        }
        String text = new String(answer.body(), StandardCharsets.UTF_8);
        if (type.startsWith("application/json")) {
            List<JsonNode> all = new ArrayList<>();
            JSON.readTree(text).forEach(all::add);
            return all;
        }
        return text.lines()
                .filter(line -> line.startsWith("data: ") && !line.endsWith("[DONE]"))
                .map(line -> JSON.readTree(line.substring(6)))
                .toList();
    }

    private static List<JsonNode> binary(Buffer all) {
        List<JsonNode> payloads = new ArrayList<>();
        int at = 0;
        while (at < all.length()) {
            int length = all.getInt(at);
            int headers = all.getInt(at + 4);
            assertThat(all.getInt(at + 8)).isEqualTo(crc(all.getBytes(at, at + 8)));
            assertThat(all.getInt(at + length - 4)).isEqualTo(crc(all.getBytes(at, at + length - 4)));
            payloads.add(JSON.readTree(all.getBytes(at + 12 + headers, at + length - 4)));
            at += length;
        }
        return payloads;
    }

    private static int crc(byte[] octets) {
        CRC32 crc = new CRC32();
        crc.update(octets);
        return (int) crc.getValue();
    }

    /** The total of the last usage in these messages. */
    private static long told(ProviderApi api, List<JsonNode> messages) {
        JsonNode last = messages.getLast();
        return switch (api) {
            case OPENAI_CHAT -> last.at("/usage/total_tokens").longValue();
            case OPENAI_RESPONSES ->
                last.at(last.has("response") ? "/response/usage/total_tokens" : "/usage/total_tokens")
                        .longValue();
            case ANTHROPIC -> anthropic(messages);
            case GEMINI -> last.at("/usageMetadata/totalTokenCount").longValue();
            case BEDROCK -> last.at("/usage/totalTokens").longValue();
        };
    }

    private static long anthropic(List<JsonNode> messages) {
        JsonNode usage = messages.size() == 1
                ? messages.getFirst().path("usage")
                : messages.get(messages.size() - 2).path("usage");
        return usage.path("input_tokens").longValue()
                + usage.path("cache_read_input_tokens").longValue()
                + usage.path("output_tokens").longValue();
    }

    @ParameterizedTest
    @MethodSource("everyApiInEveryCut")
    void streamsTheSameInEveryCut(ProviderApi api, int cut) throws Exception {
        HttpResponse<byte[]> answer =
                answer(api, true, AnswerScript.HONEST.withPieces(EVENTS).withCut(cut));

        List<JsonNode> messages = messages(answer);
        assertThat(messages).hasSizeGreaterThan(EVENTS).hasSizeLessThan(EVENTS + 10);
        assertThat(told(api, messages)).isEqualTo(TOKENS);
        assertThat(last().billed()).isEqualTo(TOKENS);
        assertThat(String.join("", messages.stream().map(JsonNode::toString).toList()))
                .contains("word0 ")
                .contains("word199 ");
    }

    @ParameterizedTest
    @EnumSource
    void answersInOnePiece(ProviderApi api) throws Exception {
        HttpResponse<byte[]> answer = answer(api, false, AnswerScript.HONEST);

        assertThat(told(api, List.of(JSON.readTree(answer.body())))).isEqualTo(31);
        assertThat(last().billed()).isEqualTo(31);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("word0 word1 ");
    }

    @ParameterizedTest
    @EnumSource
    void goesNoFurtherThanTheRequestAllows(ProviderApi api) throws Exception {
        client.send(
                asked(api, false, AnswerScript.HONEST)
                        .POST(BodyPublishers.ofString(api.request("Hi", 5, false)))
                        .build(),
                BodyHandlers.ofByteArray());

        assertThat(last().billed()).isEqualTo(25);
    }

    @ParameterizedTest
    @EnumSource
    void billsWhatItHasWrittenWhenItBreaksOff(ProviderApi api) {
        Assertions.assertThatThrownBy(() -> answer(api, true, AnswerScript.HONEST.withEnd(Ending.BROKEN)))
                .isInstanceOf(IOException.class);

        assertThat(last().billed()).isEqualTo(27);
        Await.until("the end", () -> last().over());
    }

    @ParameterizedTest
    @EnumSource
    void billsNothingWhereNothingWasAnswered(ProviderApi api) {
        Assertions.assertThatThrownBy(() -> answer(api, true, AnswerScript.HONEST.withEnd(Ending.SILENT)))
                .isInstanceOf(IOException.class);

        assertThat(last().billed()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void tellsAnErrorInTheMiddle(ProviderApi api) throws Exception {
        HttpResponse<byte[]> answer = answer(api, true, AnswerScript.HONEST.withEnd(Ending.ERROR));

        String text = new String(answer.body(), StandardCharsets.UTF_8);
        assertThat(text).contains("word3 ", ProviderShape.TROUBLE).doesNotContain("word4 ");
        assertThat(last().billed()).isEqualTo(27);
    }

    @ParameterizedTest
    @EnumSource
    void endsEarlyAndInOrder(ProviderApi api) throws Exception {
        HttpResponse<byte[]> answer = answer(api, true, AnswerScript.HONEST.withEnd(Ending.TRUNCATED));

        assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                .contains("word3 ")
                .doesNotContain("word4 ");
    }

    @ParameterizedTest
    @EnumSource
    void stallsUntilTheClientGoes(ProviderApi api) throws Exception {
        HttpResponse<InputStream> answer = client.send(
                asked(api, true, AnswerScript.HONEST.withEnd(Ending.STALLED)).build(), BodyHandlers.ofInputStream());
        readUntil(answer.body(), "word3 ");
        assertThat(last().over()).isFalse();

        answer.body().close();

        Await.until("the end", () -> last().over());
        assertThat(last().billed()).isEqualTo(27);
    }

    @Test
    void saysNothingUntilTheClientGoes() {
        CompletableFuture<HttpResponse<Void>> answer = client.sendAsync(
                asked(ProviderApi.GEMINI, true, AnswerScript.HONEST.withEnd(Ending.MUTE))
                        .build(),
                BodyHandlers.discarding());
        Await.until("the request", () -> !provider.exchanges().isEmpty());

        answer.cancel(true);

        Await.until("the end", () -> last().over());
        assertThat(last().billed()).isZero();
    }

    @Test
    void opensRequests() throws Exception {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(octets)) {
            gzip.write(ProviderApi.OPENAI_CHAT.request("Hi", 5, false).getBytes(StandardCharsets.UTF_8));
        }

        client.send(
                asked(ProviderApi.OPENAI_CHAT, false, AnswerScript.HONEST)
                        .header("content-encoding", "gzip")
                        .POST(BodyPublishers.ofByteArray(octets.toByteArray()))
                        .build(),
                BodyHandlers.discarding());

        assertThat(last().billed()).isEqualTo(25);
    }

    private static Stream<Arguments> everyUsageOfEveryApi() {
        return Stream.of(ProviderApi.values())
                .flatMap(api -> Stream.of(ReportedAccuracy.values()).map(usage -> Arguments.of(api, usage)));
    }

    @ParameterizedTest
    @MethodSource("everyUsageOfEveryApi")
    void billsTheTruthWhateverItTells(ProviderApi api, ReportedAccuracy usage) throws Exception {
        String body = new String(
                answer(api, true, AnswerScript.HONEST.withUsage(usage)).body(), StandardCharsets.UTF_8);

        assertThat(last().billed()).isEqualTo(31);
        switch (usage) {
            case ABSENT -> assertThat(body.replace("\"usage\":null", "")).doesNotContain("\"usage");
            case NEGATIVE -> assertThat(body).contains("\":-20");
            case HUGE -> assertThat(body).contains(Long.toString(Long.MAX_VALUE));
            case TEXT -> assertThat(body).contains("\":\"");
            case FRACTION -> assertThat(body).contains(".5");
            case TRUE, LOW, ZERO, TWICE -> assertThat(body).contains("\"usage");
        }
    }

    @Test
    void tellsNoUsageInAChatThatHasNotAskedForIt() throws Exception {
        String body = ProviderApi.OPENAI_CHAT
                .request("Hi", 100, true)
                .replace(",\"stream_options\":{\"include_usage\":true}", "");

        HttpResponse<String> answer = client.send(
                asked(ProviderApi.OPENAI_CHAT, true, AnswerScript.HONEST)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());

        assertThat(answer.body()).contains("word7 ").doesNotContain("usage");
        assertThat(last().billed()).isEqualTo(31);
    }

    @Test
    void streamsAnArrayToWhoeverDoesNotAskGeminiForEvents() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(provider.url() + "/v1beta/models/gemini-2.5-flash:streamGenerateContent"))
                .POST(BodyPublishers.ofString(ProviderApi.GEMINI.request("Hi", 100, true)))
                .build();

        List<JsonNode> messages = messages(client.send(request, BodyHandlers.ofByteArray()));

        assertThat(messages).hasSize(9);
        assertThat(messages.getLast().at("/usageMetadata/totalTokenCount").intValue())
                .isEqualTo(31);
        assertThat(messages.getLast().path("modelVersion").stringValue()).isEqualTo("gemini-2.5-flash");
    }

    @Test
    void billsEachChoice() throws Exception {
        String body = "{\"model\":\"m\",\"n\":3,\"messages\":[]}";

        client.send(
                asked(ProviderApi.OPENAI_CHAT, false, AnswerScript.HONEST)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.discarding());

        assertThat(last().billed()).isEqualTo(20 + 3 * 11);
    }

    @Test
    void compressesAndStatesWhatItIsTold() throws Exception {
        HttpResponse<byte[]> answer = answer(
                ProviderApi.OPENAI_CHAT,
                true,
                AnswerScript.HONEST.compressed().withCut(7).withContentType("text/plain; charset=utf-8"));

        assertThat(answer.headers().firstValue("content-type")).contains("text/plain; charset=utf-8");
        try (GZIPInputStream opened = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
            assertThat(new String(opened.readAllBytes(), StandardCharsets.UTF_8))
                    .endsWith("data: [DONE]\n\n");
        }
    }

    @Test
    void answersOverHttp2() throws Exception {
        try (HttpClient two =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
            HttpResponse<String> answer = two.send(
                    asked(ProviderApi.ANTHROPIC, true, AnswerScript.HONEST.withPause(Duration.ofMillis(1)))
                            .build(),
                    BodyHandlers.ofString());

            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.body()).contains("message_stop");
        }
    }

    @Test
    void embedsTheSameTextInTheSameWayAndNearTextsNearby() throws Exception {
        JsonNode told =
                embeddings("{\"model\":\"e\",\"input\":[\"The sky is blue\",\"the sky is BLUE!\",\"a red car\"]}");

        float[] sky = Embeddings.vector("The sky is blue", Embeddings.DIMENSIONS);
        JsonNode first = told.at("/data/0/embedding");
        assertThat(first).hasSize(Embeddings.DIMENSIONS);
        for (int i = 0; i < sky.length; i++) {
            assertThat(first.get(i).floatValue()).isEqualTo(sky[i]);
        }
        assertThat(told.at("/data/1/embedding")).isEqualTo(first);
        assertThat(cosine(sky, sky)).isCloseTo(1, within(1e-6));
        assertThat(cosine(sky, Embeddings.vector("the sky is very blue", 64))).isGreaterThan(0.8);
        assertThat(cosine(sky, Embeddings.vector("a red car", 64))).isLessThan(0.5);
        assertThat(told.at("/usage/total_tokens").intValue()).isEqualTo(11);
    }

    @Test
    void embedsInBase64AndInAsManyDimensionsAsAsked() throws Exception {
        JsonNode told = embeddings("{\"input\":\"blue\",\"encoding_format\":\"base64\",\"dimensions\":8}");

        byte[] octets = Base64.getDecoder().decode(told.at("/data/0/embedding").stringValue());
        assertThat(octets).hasSize(32);
        assertThat(Buffer.buffer(octets).getFloatLE(0)).isEqualTo(Embeddings.vector("blue", 8)[0]);
    }

    private JsonNode embeddings(String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(provider.url() + "/v1/embeddings"))
                .POST(BodyPublishers.ofString(body))
                .build();
        return JSON.readTree(client.send(request, BodyHandlers.ofString()).body());
    }

    private static double cosine(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }
}
