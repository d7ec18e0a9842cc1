package io.policyengine.policies.content.shared.texts;

import io.policyengine.policies.format.utf8.Utf8Check;
import java.nio.charset.StandardCharsets;

/** Decodes UTF-8 by RFC 3629: shortest forms only, no surrogates, nothing above U+10FFFF. */
final class Utf8Decoder extends Decoder {
    private final Utf8Check utf8 = new Utf8Check();

    Utf8Decoder(CharacterSink sink, boolean lenient) {
        super(sink, lenient, StandardCharsets.UTF_8);
    }

    @Override
    public void take(int octet, long start, long end) throws ContentException {
        if (utf8.isWithin()) {
            if (utf8.take(octet)) {
                goOn(start, end);
                if (!utf8.isWithin()) {
                    whole(utf8.codePoint());
                }
                return;
            }
            broken();
        }
        if (octet < 0x80) {
            whole(octet, start, end);
        } else {
            goOn(start, end);
            if (!utf8.take(octet)) {
                broken();
            }
        }
    }
}
