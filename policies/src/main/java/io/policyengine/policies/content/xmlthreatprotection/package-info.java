/** Policy {@code xmlThreatProtection}: bounds XML bodies before anything is made of them. */
@NullMarked
package io.policyengine.policies.content.xmlthreatprotection;

import org.jspecify.annotations.NullMarked;
