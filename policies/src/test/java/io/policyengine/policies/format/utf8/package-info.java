@NullMarked
package io.policyengine.policies.format.utf8;

import org.jspecify.annotations.NullMarked;
