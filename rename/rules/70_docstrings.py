"""Docstrings that say the field's word for what they describe."""

ALL = ("ganlib/*", "dashboard/*", "tests/*", "benchmarks/*", "docs/*", "README.md")


def define(r):
    r.texts({
        "Who moves in a step: both networks, only the discriminator, only the generator.":
            "Which networks a step updates: both, only the discriminator, only the generator.",
        "A network with its optimiser, such as one of the two players of the game.": "A module with its optimiser, such as G or D.",
        "What families have in common that learn without a second player: one network, one loss.":
            "What families of a single network have in common: one network, one loss.",
        "How weights move, whoever has them.": "The optimiser and its hyperparameters.",
        "How the weights of a family without a second player move.": "Optimiser and learning rate of a family of a single network.",
        "How the weights of D and G move.": "Optimiser, learning rates and update schedule of D and G.",
        "The shape of any network.": "What the settings of every network have.",
        "A pair whose D may look at several samples at once.": "A pair whose D may look at several samples of its batch at once.",
        "Samples for which D has one answer.": "Pack size: samples for which D has one logit.",
        "Settings by which D's answer to one sample depends on the rest of its batch.":
            "Settings of layers by which D's logit of one sample depends on the rest of its batch.",
        "Whether D has an answer to one sample by itself.": "Whether D has a logit of one sample by itself.",
        "What fakes are asked to be, and what it costs D and G when that cannot be told from them.":
            "Class labels and codes that G is conditioned on, and the losses of predicting them.",
        "The classes of the last samples, with those who are told them and who have to tell them.":
            "The class labels of the last samples, for whoever is conditioned on them or predicts them.",
        "D is told the class too (projection, concat), or has a second head that has to tell it:":
            "D is conditioned on the class too (projection, concat), or has an auxiliary head that predicts it:",
        "and G that of the class asked for, through D as it is.": "and G that of its class label, through D as it is.",
        "D, told the classes so many times one after another where it is told them.":
            "D given the class labels so many times one after another, where it takes them.",
        "D's logits, and the answers of its second head: (N, 0) where it has none.":
            "D's logits, and the auxiliary logits of its second head: (N, 0) where it has none.",
        "What joins D's loss, of the answers (2N, ...) at reals and then fakes.":
            "Further terms of D's loss, of the auxiliary logits (2N, ...) at reals and then fakes.",
        "What joins G's loss, of the answers (N, ...) at fakes.": "Further terms of G's loss, of the auxiliary logits (N, ...) at fakes.",
        "D's whole objective, its metrics, and what G needs: D's logits, and its answers.":
            "D's whole objective, its metrics, and what G needs: D's logits, and its auxiliary ones.",
        "What a network is told, `CHUNK` at a time: z, and the condition where there are classes.":
            "Inputs of a network, `CHUNK` at a time: z, and the condition where there are classes.",
        "that it can be asked for; 0 where it draws as it likes": "that it is conditioned on; 0 where it is unconditional",
        "That it can be asked for; 0 where it draws as it likes": "That it is conditioned on; 0 where it is unconditional",
        "K, that G can be asked for; 0 where it draws as it likes.": "K, that G is conditioned on; 0 where it is unconditional.",
        "The classes or codes that G can be asked for; none where it draws as it likes.":
            "The class labels or codes that G is conditioned on; none where it is unconditional.",
        "Whether G can be asked for a class.": "Whether G is class-conditional.",
        "Whether it can be asked for a class.": "Whether it is class-conditional.",
        "What it can be asked for where no class of the data is meant.": "Names of the codes that it is conditioned on, which are no classes of the data.",
        "How much of what G was told can be told from what it drew.": "Mutual information of the codes and the samples of G (InfoGAN).",
        "D, which is told nothing, with a second head on its features that answers questions.":
            "D, which is given no class, with an auxiliary head on its features.",
        "D: a judgement of the sample, plus how well its features fit the class.": "D: the logit of the sample, plus the projection of its features on the class.",
        "A D that was taken apart into its features and its judgement of them.": "A D in two parts: its features, and the linear layer that makes the logit.",
        "`condition` (N, classes) weighs the classes asked for; without it they take turns.":
            "`condition` (N, classes) weighs the classes; without it they take turns.",
        "condition: (N, classes) weights of the classes that are asked for, adding up to 1 in each row":
            "condition: (N, classes) weights of the class labels, adding up to 1 in each row",
        "Penalties by the names of their metrics, each with its weight in D's loss.": "Loss terms by the names of their metrics, each with its weight.",
        "Both players as they were at a checkpoint; None where there is no game in the plane.":
            "G and D as they were at a checkpoint; None where the data are not 2-D points of a GAN.",
        "Both players in the plane, frozen as they are now; None where there is no such game.":
            "G and D frozen as they are now, for the view of the plane; None where there is none.",
        "Both players in the plane, frozen as they are now; None on pictures.": "G and D frozen as they are now, for the view of the plane; None on pictures.",
        "Both players in the plane, frozen, for any thread to look at.": "G and D frozen, for any thread that draws the plane.",
        "Both players in the plane, frozen as they were after `step` steps.": "G and D frozen as they were after `step` steps, for the view of the plane.",
        "A frozen copy of both players, which any thread may look at while the live ones learn.":
            "A frozen copy of G and D, which any thread may look at while the live ones learn.",
        "Both players of a checkpoint, read when they are first needed.": "The networks of a checkpoint, read when they are first needed.",
        "How the game stands, as plain JSON values; `ganlib.plane` names them.": "Metrics of the two networks, as plain JSON values; `ganlib.plane` names them.",
        "How the game stands, from 2,500 held-out reals and as many fresh fakes.": "Metrics of the two networks, from 2,500 held-out reals and as many fresh fakes.",
        "Why a configuration is refused, in sentences that say what to change.": "Validation rules: why a configuration is refused, in sentences that say what to change.",
    }, *ALL)
