@NullMarked
package io.policyengine.policies.content.xmlthreatprotection;

import org.jspecify.annotations.NullMarked;
