@NullMarked
package io.policyengine.policies.content.virusscan.content;

import org.jspecify.annotations.NullMarked;
