@NullMarked
package io.policyengine.policies.xmlthreatprotection;

import org.jspecify.annotations.NullMarked;
