package io.policyengine.core.schema;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;
import java.util.Map;

/**
 * Compiles the regular expressions of a schema with RE2, which runs them in linear time. A schema with a pattern that
 * RE2 does not support is rejected when it is read. Unicode categories and scripts may have the long names of ECMA-262.
 */
public final class LinearTimePatterns implements RegularExpressionFactory {
    private static final Pattern LONG_NAME =
            Pattern.compile("\\\\([pP])\\{(?:General_Category=|gc=|Script=|sc=)?([A-Z][A-Za-z_]+)\\}");

    /** RE2's short names of Unicode categories, by long name (Unicode Standard Annex 44, table 12). */
    private static final Map<String, String> CATEGORIES = Map.ofEntries(
            Map.entry("Letter", "L"),
            Map.entry("Uppercase_Letter", "Lu"),
            Map.entry("Lowercase_Letter", "Ll"),
            Map.entry("Titlecase_Letter", "Lt"),
            Map.entry("Modifier_Letter", "Lm"),
            Map.entry("Other_Letter", "Lo"),
            Map.entry("Mark", "M"),
            Map.entry("Nonspacing_Mark", "Mn"),
            Map.entry("Spacing_Mark", "Mc"),
            Map.entry("Enclosing_Mark", "Me"),
            Map.entry("Number", "N"),
            Map.entry("Decimal_Number", "Nd"),
            Map.entry("Letter_Number", "Nl"),
            Map.entry("Other_Number", "No"),
            Map.entry("Punctuation", "P"),
            Map.entry("Symbol", "S"),
            Map.entry("Separator", "Z"),
            Map.entry("Other", "C"));

    @Override
    public RegularExpression getRegularExpression(String regex) {
        Pattern pattern = Pattern.compile(inRe2(regex));
        return value -> pattern.matcher(value).find();
    }

    private static String inRe2(String regex) {
        if (!regex.contains("\\p{") && !regex.contains("\\P{")) {
            return regex;
        }
        Matcher names = LONG_NAME.matcher(regex);
        StringBuilder written = new StringBuilder();
        int end = 0;
        while (names.find()) {
            String name = names.group(2);
            written.append(regex, end, names.start())
                    .append('\\')
                    .append(names.group(1))
                    .append('{')
                    .append(CATEGORIES.getOrDefault(name, name))
                    .append('}');
            end = names.end();
        }
        return written.append(regex, end, regex.length()).toString();
    }
}
