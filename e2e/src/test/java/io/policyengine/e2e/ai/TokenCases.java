package io.policyengine.e2e.ai;

import io.policyengine.e2e.ai.TokenCase.Leaving;
import io.policyengine.testkit.provider.AnswerScript;
import io.policyengine.testkit.provider.AnswerScript.Ending;
import io.policyengine.testkit.provider.ProviderApi;
import io.policyengine.testkit.provider.ReportedAccuracy;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Tries to use a model without paying for it. */
final class TokenCases {
    private static final String USAGE = "\"include_usage\":true";
    private static final String STREAM = "\"stream\":true";
    private static final String MODEL = "\"model\":\"gpt-4o-mini\"";
    private static final String LIMIT = "\"max_completion_tokens\":" + TokenCase.MAX_OUTPUT;

    private TokenCases() {}

    /** All of them. */
    static List<TokenCase> all() {
        List<TokenCase> all = new ArrayList<>();
        all.addAll(honest());
        all.addAll(requests());
        all.addAll(paths());
        all.addAll(usages());
        all.addAll(answers());
        all.addAll(clients());
        return all;
    }

    private static TokenCase chat(String name) {
        return TokenCase.of(name, ProviderApi.OPENAI_CHAT, true);
    }

    private static TokenCase wholeChat(String name) {
        return TokenCase.of(name, ProviderApi.OPENAI_CHAT, false);
    }

    private static List<TokenCase> each(String name, boolean stream) {
        return Arrays.stream(ProviderApi.values())
                .map(api -> TokenCase.of(api + ", " + name, api, stream))
                .toList();
    }

    private static List<TokenCase> honest() {
        List<TokenCase> all = new ArrayList<>(each("whole", false));
        all.addAll(each("streamed", true));
        all.add(TokenCase.of("GEMINI, streamed as an array", ProviderApi.GEMINI, true)
                .at(ProviderApi.GEMINI.streamPath().replace("?alt=sse", ""))
                .exactly());
        all.add(chat("HTTP/2").overHttp2());
        for (int cut : new int[] {1, 7, 64, 4_096}) {
            all.add(chat("answer cut every " + cut + " bytes")
                    .answered(AnswerScript.HONEST.withPieces(30).withCut(cut))
                    .exactly());
        }
        all.add(TokenCase.of("BEDROCK, answer cut every byte", ProviderApi.BEDROCK, true)
                .answered(AnswerScript.HONEST.withCut(1))
                .exactly());
        all.add(chat("answer in gzip")
                .answered(AnswerScript.HONEST.compressed())
                .exactly());
        all.add(wholeChat("whole answer in gzip")
                .answered(AnswerScript.HONEST.compressed())
                .exactly());
        return all;
    }

    private static List<TokenCase> requests() {
        return List.of(
                chat("no stream_options").replacing(",\"stream_options\":{" + USAGE + "}", ""),
                chat("include_usage is false").replacing(USAGE, "\"include_usage\":false"),
                chat("include_usage twice").replacing(USAGE, USAGE + ",\"include_usage\":false"),
                chat("stream_options is null").replacing("{" + USAGE + "}", "null"),
                chat("stream is a string").replacing(STREAM, "\"stream\":\"true\""),
                chat("stream is a number").replacing(STREAM, "\"stream\":1"),
                chat("stream twice").replacing(STREAM, "\"stream\":false," + STREAM),
                chat("stream with an escape in its name").replacing(STREAM, "\"str\\u0065am\":true"),
                chat("model twice").replacing(MODEL, MODEL + ",\"model\":\"gpt-5\""),
                chat("model with an escape in its name, too").replacing(MODEL, MODEL + ",\"mod\\u0065l\":\"gpt-5\""),
                chat("no model").replacing(MODEL + ",", ""),
                chat("model is a list").replacing(MODEL, "\"model\":[\"gpt-5\"]"),
                chat("limit of output twice").replacing(LIMIT, "\"max_completion_tokens\":1," + LIMIT),
                chat("no limit of output").replacing("," + LIMIT, ""),
                chat("limit of output of 0").replacing(LIMIT, "\"max_completion_tokens\":0"),
                chat("negative limit of output").replacing(LIMIT, "\"max_completion_tokens\":-1000"),
                chat("limit of output is a string").replacing(LIMIT, "\"max_completion_tokens\":\"40\""),
                chat("two limits of output").replacing(LIMIT, "\"max_tokens\":1," + LIMIT),
                chat("huge limit of output").replacing(LIMIT, "\"max_completion_tokens\":1e30"),
                chat("four choices").replacing(STREAM, STREAM + ",\"n\":4"),
                wholeChat("four choices in a whole answer").replacing(MODEL, MODEL + ",\"n\":4"),
                chat("choices are a string").replacing(STREAM, STREAM + ",\"n\":\"4\""),
                TokenCase.of("GEMINI, four candidates", ProviderApi.GEMINI, true)
                        .replacing("\"maxOutputTokens\"", "\"candidateCount\":4,\"maxOutputTokens\""),
                TokenCase.of("GEMINI, another model in the body", ProviderApi.GEMINI, true)
                        .replacing("{\"contents\"", "{\"model\":\"free\",\"contents\""),
                chat("BOM").saying("\uFEFF" + ProviderApi.OPENAI_CHAT.request("Hi", 40, true)),
                chat("UTF-16")
                        .saying(Buffer.buffer(
                                ProviderApi.OPENAI_CHAT.request("Hi", 40, true).getBytes(StandardCharsets.UTF_16))),
                chat("garbage after the request").saying(ProviderApi.OPENAI_CHAT.request("Hi", 40, true) + "}{]"),
                chat("a second request behind the first")
                        .saying(ProviderApi.OPENAI_CHAT.request("Hi", 40, true)
                                + ProviderApi.OPENAI_CHAT.request("Hi", 40, true)),
                chat("comments in the request").replacing("{", "/* { */ {"),
                chat("a request of 1-byte chunks").cutInto(1),
                chat("a request in gzip")
                        .saying(gzip(ProviderApi.OPENAI_CHAT.request("Hi", 40, true)))
                        .with("content-encoding", "gzip"),
                chat("a request in gzip that says nothing of it")
                        .saying(gzip(ProviderApi.OPENAI_CHAT.request("Hi", 40, true))),
                chat("a request that calls itself gzip").with("content-encoding", "gzip"),
                chat("a request in an unknown coding").with("content-encoding", "identity, x-mine"),
                chat("text/plain").with("content-type", "text/plain"),
                chat("no type").with("content-type", ""),
                chat("a form").with("content-type", "application/x-www-form-urlencoded"),
                chat("type of another charset").with("content-type", "application/json; charset=utf-7"),
                chat("100-continue").with("expect", "100-continue"),
                chat("another request id each")
                        .with("x-request-id", "00000000-0000-4000-8000-000000000001")
                        .times(3));
    }

    private static List<TokenCase> paths() {
        ProviderApi openai = ProviderApi.OPENAI_CHAT;
        return List.of(
                chat("another version").at("/v2/chat/completions"),
                chat("a prefix").at("/openai/deployments/gpt-4o/chat/completions?api-version=2025-01-01"),
                chat("a doubled slash").at("/v1//chat/completions"),
                chat("a slash at the end").at("/v1/chat/completions/"),
                chat("upper case").at("/V1/CHAT/Completions"),
                chat("an encoded letter").at("/v1/ch%61t/completions"),
                chat("an encoded slash").at("/v1/chat%2Fcompletions"),
                chat("a dot").at("/v1/./chat/completions"),
                chat("a semicolon").at("/v1/chat/completions;a=b"),
                chat("a query").at("/v1/chat/completions?path=/v1/models"),
                chat("completions of old")
                        .at("/v1/completions")
                        .replacing("\"messages\":[", "\"prompt\":\"Hi\",\"x\":["),
                chat("Anthropic's body at OpenAI's path").saying(ProviderApi.ANTHROPIC.request("Hi", 40, true)),
                chat("Gemini's body at OpenAI's path").saying(ProviderApi.GEMINI.request("Hi", 40, true)),
                TokenCase.of("OpenAI's body at Anthropic's path", ProviderApi.ANTHROPIC, true)
                        .saying(openai.request("Hi", 40, true)),
                TokenCase.of("OpenAI's body at Bedrock's path", ProviderApi.BEDROCK, true)
                        .saying(openai.request("Hi", 40, true)),
                TokenCase.of("BEDROCK, another interface", ProviderApi.BEDROCK, false)
                        .at("/model/anthropic.claude-3-haiku/invoke")
                        .saying(ProviderApi.ANTHROPIC.request("Hi", 40, false)),
                TokenCase.of("GEMINI, another prefix", ProviderApi.GEMINI, true)
                        .at("/v1/projects/p/locations/l/publishers/google/models/gemini-2.5-pro:streamGenerateContent"),
                chat("a batch")
                        .at("/v1/batches")
                        .saying("{\"input_file_id\":\"f\",\"endpoint\":\"/v1/chat/completions\"}"),
                chat("a batch of Anthropic's").at("/v1/messages/batches").saying("{\"requests\":[]}"),
                chat("a batch of Gemini's")
                        .at("/v1beta/models/gemini-2.5-flash:batchGenerateContent")
                        .saying("{\"batch\":{}}"),
                chat("a batch in an array").saying("[" + openai.request("Hi", 40, true) + "]"),
                chat("a WebSocket")
                        .by(HttpMethod.GET)
                        .at("/v1/realtime?model=gpt-realtime")
                        .saying("")
                        .with("connection", "upgrade")
                        .with("upgrade", "websocket")
                        .with("sec-websocket-version", "13")
                        .with("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
                chat("HEAD").by(HttpMethod.HEAD).saying(""),
                chat("GET with a body").by(HttpMethod.GET),
                chat("PUT").by(HttpMethod.PUT),
                chat("a method in lower case").by(HttpMethod.valueOf("post")),
                chat("another method in a field").with("x-http-method-override", "GET"),
                chat("another path in a field").with("x-original-url", "/v1/models"));
    }

    private static List<TokenCase> usages() {
        List<TokenCase> all = new ArrayList<>();
        for (ReportedAccuracy told : ReportedAccuracy.values()) {
            if (told != ReportedAccuracy.TRUE) {
                each("usage " + told, true)
                        .forEach(each -> all.add(each.answered(AnswerScript.HONEST.withUsage(told))));
                each("whole, usage " + told, false)
                        .forEach(each -> all.add(each.answered(AnswerScript.HONEST.withUsage(told))));
            }
        }
        return all;
    }

    private static List<TokenCase> answers() {
        List<TokenCase> all = new ArrayList<>();
        for (Ending end : List.of(Ending.BROKEN, Ending.TRUNCATED, Ending.ERROR, Ending.SILENT, Ending.TRAILED)) {
            each("answer " + end, true).forEach(each -> all.add(each.answered(AnswerScript.HONEST.withEnd(end))));
            all.add(wholeChat("whole answer " + end).answered(AnswerScript.HONEST.withEnd(end)));
        }
        for (String type :
                List.of("text/plain", "application/json", "application/octet-stream", "text/event-stream, x")) {
            all.add(chat("a stream that calls itself " + type).answered(AnswerScript.HONEST.withContentType(type)));
        }
        all.add(wholeChat("a whole answer that calls itself a stream")
                .answered(AnswerScript.HONEST.withContentType("text/event-stream")));
        all.add(TokenCase.of("BEDROCK, a stream that calls itself text/event-stream", ProviderApi.BEDROCK, true)
                .answered(AnswerScript.HONEST.withContentType("text/event-stream")));
        all.add(chat("a long answer that nothing bounds, no usage")
                .replacing("," + LIMIT, "")
                .answered(AnswerScript.HONEST.withPieces(2_000).withUsage(ReportedAccuracy.ABSENT)));
        all.add(chat("a long answer that nothing bounds, low usage")
                .replacing("," + LIMIT, "")
                .answered(AnswerScript.HONEST.withPieces(2_000).withUsage(ReportedAccuracy.LOW)));
        all.add(wholeChat("refused by the provider").answered(AnswerScript.HONEST.withStatus(429)));
        all.add(wholeChat("failed by the provider").answered(AnswerScript.HONEST.withStatus(500)));
        return all;
    }

    private static List<TokenCase> clients() {
        List<TokenCase> all = new ArrayList<>();
        each("client goes in the middle", true)
                .forEach(each -> all.add(each.answered(AnswerScript.HONEST.withEnd(Ending.STALLED))
                        .leaving(Leaving.IN_THE_MIDDLE)));
        all.add(chat("client goes in the middle, over HTTP/2")
                .overHttp2()
                .answered(AnswerScript.HONEST.withEnd(Ending.STALLED))
                .leaving(Leaving.IN_THE_MIDDLE));
        all.add(chat("client goes before the answer")
                .answered(AnswerScript.HONEST.withEnd(Ending.MUTE))
                .leaving(Leaving.BEFORE_THE_ANSWER));
        all.add(chat("client goes before the answer, over HTTP/2")
                .overHttp2()
                .answered(AnswerScript.HONEST.withEnd(Ending.MUTE))
                .leaving(Leaving.BEFORE_THE_ANSWER));
        all.add(TokenCase.of("ANTHROPIC, client goes in the middle, no usage", ProviderApi.ANTHROPIC, true)
                .answered(AnswerScript.HONEST.withEnd(Ending.STALLED).withUsage(ReportedAccuracy.ABSENT))
                .leaving(Leaving.IN_THE_MIDDLE));
        return all;
    }

    private static Buffer gzip(String text) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(octets)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Buffer.buffer(octets.toByteArray());
    }
}
