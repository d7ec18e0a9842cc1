package io.policyengine.policies.content.shared.content;

import java.nio.charset.StandardCharsets;

/** Reads UTF-8 as RFC 3629 has it: shortest forms only, no surrogates, nothing above U+10FFFF. */
final class Utf8Decoder extends Decoder {
    private int left;
    private int min;
    private int max;
    private int codePoint;

    Utf8Decoder(CharacterSink sink, boolean lenient) {
        super(sink, lenient, StandardCharsets.UTF_8);
    }

    @Override
    public void take(int octet, long start, long end) throws ContentException {
        if (left > 0 && (octet < min || octet > max)) {
            left = 0;
            broken();
        }
        if (left > 0) {
            goOn(start, end);
            min = 0x80;
            max = 0xBF;
            codePoint = (codePoint << 6) | (octet & 0x3F);
            if (--left == 0) {
                whole(codePoint);
            }
        } else if (octet < 0x80) {
            whole(octet, start, end);
        } else {
            goOn(start, end);
            begin(octet);
        }
    }

    private void begin(int octet) throws ContentException {
        min = 0x80;
        max = 0xBF;
        if (octet >= 0xC2 && octet <= 0xDF) {
            left = 1;
            codePoint = octet & 0x1F;
        } else if (octet >= 0xE0 && octet <= 0xEF) {
            left = 2;
            codePoint = octet & 0x0F;
            min = octet == 0xE0 ? 0xA0 : 0x80;
            max = octet == 0xED ? 0x9F : 0xBF;
        } else if (octet >= 0xF0 && octet <= 0xF4) {
            left = 3;
            codePoint = octet & 0x07;
            min = octet == 0xF0 ? 0x90 : 0x80;
            max = octet == 0xF4 ? 0x8F : 0xBF;
        } else {
            broken();
        }
    }
}
