@NullMarked
package io.policyengine.policies.content.virusscan;

import org.jspecify.annotations.NullMarked;
