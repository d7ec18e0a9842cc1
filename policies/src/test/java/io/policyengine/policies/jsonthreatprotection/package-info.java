@NullMarked
package io.policyengine.policies.jsonthreatprotection;

import org.jspecify.annotations.NullMarked;
