@NullMarked
package io.policyengine.policies.content.jsonthreatprotection;

import org.jspecify.annotations.NullMarked;
