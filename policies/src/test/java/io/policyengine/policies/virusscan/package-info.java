@NullMarked
package io.policyengine.policies.virusscan;

import org.jspecify.annotations.NullMarked;
