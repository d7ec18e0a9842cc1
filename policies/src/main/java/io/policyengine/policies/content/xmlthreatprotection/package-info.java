/** Policy {@code xmlThreatProtection}: bounds XML bodies before a server parses them. */
@NullMarked
package io.policyengine.policies.content.xmlthreatprotection;

import org.jspecify.annotations.NullMarked;
