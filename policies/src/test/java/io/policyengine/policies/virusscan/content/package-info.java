@NullMarked
package io.policyengine.policies.virusscan.content;

import org.jspecify.annotations.NullMarked;
