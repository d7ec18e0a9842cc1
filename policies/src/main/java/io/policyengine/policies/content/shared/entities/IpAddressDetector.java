package io.policyengine.policies.content.shared.entities;

import java.util.Set;

/**
 * IPv4 addresses in four decimal numbers without leading zeros, and IPv6 addresses. Longer sequences of numbers, and
 * numbers after a word such as "version", are excluded. An abbreviated IPv6 address must contain a digit, since
 * {@code ::} also occurs in programs.
 */
final class IpAddressDetector implements Detector {
    private static final Context VERSION = new Context(
            Set.of("v", "ver", "version", "versions", "release", "build", "rev", "revision", "versión", "sürüm"),
            Set.of("версия", "версии", "wersj", "versão", "الإصدار", "إصدار", "संस्करण", "版本", "バージョン"));

    private static final int GROUPS = 8;

    @Override
    public Entity entity() {
        return Entity.IP_ADDRESS;
    }

    @Override
    public int longest() {
        return 48;
    }

    @Override
    public boolean mayBeginWith(char first) {
        return Chars.isHex(first) || first == ':';
    }

    @Override
    public int match(Window text, int start) {
        int before = text.at(start - 1);
        if (before == ':' && text.at(start - 2) == ':') {
            return NONE;
        }
        int end = Chars.isDigit(text.at(start)) ? v4(text, start) : NONE;
        if (end != NONE) {
            boolean isLonger = text.at(end) == '.' && Chars.isDigit(text.at(end + 1));
            return NumberRun.isInside(text, start) || isLonger || isVersion(text, start) ? NONE : end;
        }
        return before == ':' || before == '.' || Chars.isWord(before) ? NONE : v6(text, start);
    }

    private static boolean isVersion(Window text, int start) {
        return VERSION.isBefore(text, start);
    }

    /** Returns the end of an IPv4 address that is not followed by a letter or digit, or {@link #NONE}. */
    private static int v4(Window text, int start) {
        int at = start;
        for (int part = 0; part < 4; part++) {
            if (part > 0 && text.at(at++) != '.') {
                return NONE;
            }
            int first = at;
            int value = 0;
            while (at - first < 3 && Chars.isDigit(text.at(at))) {
                value = 10 * value + text.at(at++) - '0';
            }
            if (at == first || value > 255 || (text.at(first) == '0' && at - first > 1)) {
                return NONE;
            }
        }
        return Chars.isWord(text.at(at)) ? NONE : at;
    }

    private static int v6(Window text, int start) {
        int groups = 0;
        boolean isShort = false;
        boolean hasDigit = false;
        boolean isHardware = true;
        int at = start;
        int end = NONE;
        if (text.at(at) == ':') {
            if (text.at(at + 1) != ':') {
                return NONE;
            }
            isShort = true;
            at += 2;
        }
        while (groups < GROUPS) {
            int v4 = groups > 0 || isShort ? v4(text, at) : NONE;
            if (v4 != NONE && (isShort ? groups <= GROUPS - 2 : groups == GROUPS - 2)) {
                return v4;
            }
            int first = at;
            while (at - first < 4 && Chars.isHex(text.at(at))) {
                hasDigit |= Chars.isDigit(text.at(at++));
            }
            if (at == first) {
                break;
            }
            isHardware &= at - first == 2;
            groups++;
            end = at;
            if (text.at(at) != ':') {
                break;
            }
            if (text.at(at + 1) == ':') {
                if (isShort) {
                    return NONE;
                }
                isShort = true;
                at += 2;
                end = at;
            } else if (Chars.isHex(text.at(at + 1))) {
                at++;
            } else {
                break;
            }
        }
        boolean isWhole = isShort ? groups > 0 && groups < GROUPS && hasDigit : groups == GROUPS && !isHardware;
        return isWhole && !Chars.isWord(text.at(end)) && !(text.at(end) == ':' && Chars.isWord(text.at(end + 1)))
                ? end
                : NONE;
    }
}
