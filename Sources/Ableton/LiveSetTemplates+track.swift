// What a MIDI track consists of, down to a note.

extension LiveSetTemplates {
    static let track = #"""
        <MidiTrack Id="{id}">
        {>head}
        <SavedPlayingSlot Value="-1" /><SavedPlayingOffset Value="0" /><Freeze Value="false" /><VelocityDetail Value="0" /><NeedArrangerRefreeze Value="true" /><PostProcessFreezeClips Value="0" />
        <DeviceChain>
        {>routing}
        <Mixer>
        {>device}
        {>mixer}
        </Mixer>
        <MainSequencer>
        {>device}
        <ClipSlotList><ClipSlot Id="0"><LomId Value="0" /><ClipSlot><Value /></ClipSlot><HasStop Value="true" /><NeedRefreeze Value="true" /></ClipSlot></ClipSlotList>
        <MonitoringEnum Value="1" />
        <ClipTimeable>
        <ArrangerAutomation>
        {clips}
        <AutomationTransformViewState><IsTransformPending Value="false" /><TimeAndValueTransforms /></AutomationTransformViewState>
        </ArrangerAutomation>
        </ClipTimeable>
        <Recorder><IsArmed Value="false" /><TakeCounter Value="0" /></Recorder>
        {controllers}
        </MainSequencer>
        <FreezeSequencer>
        {>device}
        <ClipSlotList><ClipSlot Id="0"><LomId Value="0" /><ClipSlot><Value /></ClipSlot><HasStop Value="true" /><NeedRefreeze Value="true" /></ClipSlot></ClipSlotList>
        {>freeze}
        </FreezeSequencer>
        <DeviceChain><Devices /><SignalModulations /></DeviceChain>
        </DeviceChain>
        <ReWireSlaveMidiTargetId Value="{index}" /><PitchbendRange Value="96" />
        </MidiTrack>
        """#

    static let head = #"""
        <LomId Value="0" /><LomIdView Value="0" /><IsContentSelectedInDocument Value="false" /><PreferredContentViewMode Value="0" />
        <TrackDelay><Value Value="0" /><IsValueSampleBased Value="false" /></TrackDelay>
        <Name><EffectiveName Value="{name}" /><UserName Value="{userName}" /><Annotation Value="" /><MemorizedFirstClipName Value="" /></Name>
        <Color Value="{color}" />
        <AutomationEnvelopes>
        {envelopes}
        </AutomationEnvelopes>
        <TrackGroupId Value="-1" /><TrackUnfolded Value="{unfolded}" /><DevicesListWrapper LomId="0" /><ClipSlotsListWrapper LomId="0" /><ViewData Value="{}" />
        <TakeLanes><TakeLanes /><AreTakeLanesFolded Value="true" /></TakeLanes>
        <LinkedTrackGroupId Value="-1" />
        """#

    static let device = #"""
        <LomId Value="0" /><LomIdView Value="0" /><IsExpanded Value="true" />
        <On><LomId Value="0" /><Manual Value="true" /><AutomationTarget Id="{#}"><LockEnvelope Value="0" /></AutomationTarget><MidiCCOnOffThresholds><Min Value="64" /><Max Value="127" /></MidiCCOnOffThresholds></On>
        <ModulationSourceCount Value="0" /><ParametersListWrapper LomId="0" /><Pointee Id="{#}" /><LastSelectedTimeableIndex Value="0" /><LastSelectedClipEnvelopeIndex Value="0" />
        <LastPresetRef><Value /></LastPresetRef><LockedScripts /><IsFolded Value="false" /><ShouldShowPresetName Value="false" /><UserName Value="" /><Annotation Value="" /><SourceContext><Value /></SourceContext>
        """#

    static let mixer = #"""
        <Sends />
        <Speaker><LomId Value="0" /><Manual Value="true" /><AutomationTarget Id="{#}"><LockEnvelope Value="0" /></AutomationTarget><MidiCCOnOffThresholds><Min Value="64" /><Max Value="127" /></MidiCCOnOffThresholds></Speaker>
        <SoloSink Value="false" /><PanMode Value="0" />
        <Pan><LomId Value="0" /><Manual Value="{pan}" /><MidiControllerRange><Min Value="-1" /><Max Value="1" /></MidiControllerRange>
        <AutomationTarget Id="{#}"><LockEnvelope Value="0" /></AutomationTarget><ModulationTarget Id="{#}"><LockEnvelope Value="0" /></ModulationTarget></Pan>
        <SplitStereoPanL><LomId Value="0" /><Manual Value="-1" /><MidiControllerRange><Min Value="-1" /><Max Value="1" /></MidiControllerRange>
        <AutomationTarget Id="{#}"><LockEnvelope Value="0" /></AutomationTarget><ModulationTarget Id="{#}"><LockEnvelope Value="0" /></ModulationTarget></SplitStereoPanL>
        <SplitStereoPanR><LomId Value="0" /><Manual Value="1" /><MidiControllerRange><Min Value="-1" /><Max Value="1" /></MidiControllerRange>
        <AutomationTarget Id="{#}"><LockEnvelope Value="0" /></AutomationTarget><ModulationTarget Id="{#}"><LockEnvelope Value="0" /></ModulationTarget></SplitStereoPanR>
        <Volume><LomId Value="0" /><Manual Value="{volume}" /><MidiControllerRange><Min Value="0.0003162277571" /><Max Value="1.99526238" /></MidiControllerRange>
        <AutomationTarget Id="{#}"><LockEnvelope Value="0" /></AutomationTarget><ModulationTarget Id="{#}"><LockEnvelope Value="0" /></ModulationTarget></Volume>
        <ViewStateSesstionTrackWidth Value="93" />
        <CrossFadeState><LomId Value="0" /><Manual Value="1" /><AutomationTarget Id="{#}"><LockEnvelope Value="0" /></AutomationTarget></CrossFadeState>
        <SendsListWrapper LomId="0" />
        """#

    static let routing = #"""
        <AutomationLanes><AutomationLanes><AutomationLane Id="0"><SelectedDevice Value="0" /><SelectedEnvelope Value="0" /><IsContentSelectedInDocument Value="false" /><LaneHeight Value="68" /></AutomationLane></AutomationLanes><AreAdditionalAutomationLanesFolded Value="false" /></AutomationLanes>
        <ClipEnvelopeChooserViewState><SelectedDevice Value="0" /><SelectedEnvelope Value="0" /><PreferModulationVisible Value="false" /></ClipEnvelopeChooserViewState>
        <AudioInputRouting><Target Value="AudioIn/External/S0" /><UpperDisplayString Value="Ext. In" /><LowerDisplayString Value="1/2" /><MpeSettings><ZoneType Value="0" /><FirstNoteChannel Value="1" /><LastNoteChannel Value="15" /></MpeSettings></AudioInputRouting>
        <MidiInputRouting><Target Value="MidiIn/External.All/-1" /><UpperDisplayString Value="Ext: All Ins" /><LowerDisplayString Value="" /><MpeSettings><ZoneType Value="0" /><FirstNoteChannel Value="1" /><LastNoteChannel Value="15" /></MpeSettings></MidiInputRouting>
        <AudioOutputRouting><Target Value="{out}" /><UpperDisplayString Value="{outUpper}" /><LowerDisplayString Value="{outLower}" /><MpeSettings><ZoneType Value="0" /><FirstNoteChannel Value="1" /><LastNoteChannel Value="15" /></MpeSettings></AudioOutputRouting>
        <MidiOutputRouting><Target Value="MidiOut/None" /><UpperDisplayString Value="None" /><LowerDisplayString Value="" /><MpeSettings><ZoneType Value="0" /><FirstNoteChannel Value="1" /><LastNoteChannel Value="15" /></MpeSettings></MidiOutputRouting>
        """#

    static let freeze = #"""
        <MonitoringEnum Value="1" />
        <Sample><ArrangerAutomation><Events /><AutomationTransformViewState><IsTransformPending Value="false" /><TimeAndValueTransforms /></AutomationTransformViewState></ArrangerAutomation></Sample>
        <VolumeModulationTarget Id="{#}"><LockEnvelope Value="0" /></VolumeModulationTarget><TranspositionModulationTarget Id="{#}"><LockEnvelope Value="0" /></TranspositionModulationTarget><GrainSizeModulationTarget Id="{#}"><LockEnvelope Value="0" /></GrainSizeModulationTarget><FluxModulationTarget Id="{#}"><LockEnvelope Value="0" /></FluxModulationTarget><SampleOffsetModulationTarget Id="{#}"><LockEnvelope Value="0" /></SampleOffsetModulationTarget>
        <PitchViewScrollPosition Value="-1073741824" /><SampleOffsetModulationScrollPosition Value="-1073741824" />
        <Recorder><IsArmed Value="false" /><TakeCounter Value="1" /></Recorder>
        """#

    static let controller = #"""
        <ControllerTargets.{n} Id="{#}"><LockEnvelope Value="{lock}" /></ControllerTargets.{n}>
        """#

    static let clip = #"""
        <MidiClip Id="{id}" Time="{start}">
        <LomId Value="0" /><LomIdView Value="0" /><CurrentStart Value="{start}" /><CurrentEnd Value="{end}" />
        <Loop><LoopStart Value="0" /><LoopEnd Value="{length}" /><StartRelative Value="0" /><LoopOn Value="true" /><OutMarker Value="{length}" /><HiddenLoopStart Value="0" /><HiddenLoopEnd Value="{length}" /></Loop>
        <Name Value="{name}" /><Annotation Value="" /><Color Value="{color}" /><LaunchMode Value="0" /><LaunchQuantisation Value="0" />
        <TimeSignature><TimeSignatures><RemoteableTimeSignature Id="0"><Numerator Value="{numerator}" /><Denominator Value="{denominator}" /><Time Value="0" /></RemoteableTimeSignature></TimeSignatures></TimeSignature>
        <Envelopes><Envelopes /></Envelopes>
        <ScrollerTimePreserver><LeftTime Value="0" /><RightTime Value="{length}" /></ScrollerTimePreserver>
        <TimeSelection><AnchorTime Value="0" /><OtherTime Value="0" /></TimeSelection>
        <Legato Value="false" /><Ram Value="false" /><GrooveSettings><GrooveId Value="-1" /></GrooveSettings><Disabled Value="false" /><VelocityAmount Value="0" />
        <FollowAction><FollowTime Value="4" /><IsLinked Value="true" /><LoopIterations Value="1" /><FollowActionA Value="4" /><FollowActionB Value="0" /><FollowChanceA Value="100" /><FollowChanceB Value="0" /><JumpIndexA Value="1" /><JumpIndexB Value="1" /><FollowActionEnabled Value="false" /></FollowAction>
        <Grid><FixedNumerator Value="1" /><FixedDenominator Value="16" /><GridIntervalPixel Value="20" /><Ntoles Value="2" /><SnapToGrid Value="true" /><Fixed Value="false" /></Grid>
        <FreezeStart Value="0" /><FreezeEnd Value="0" /><IsWarped Value="true" /><TakeId Value="1" />
        <Notes>
        {keyTracks}
        <PerNoteEventStore><EventLists /></PerNoteEventStore>
        <NoteIdGenerator><NextId Value="{nextNoteId}" /></NoteIdGenerator>
        </Notes>
        <BankSelectCoarse Value="-1" /><BankSelectFine Value="-1" /><ProgramChange Value="-1" /><NoteEditorFoldInZoom Value="-1" /><NoteEditorFoldInScroll Value="0" /><NoteEditorFoldOutZoom Value="1024" /><NoteEditorFoldOutScroll Value="{scroll}" /><NoteEditorFoldScaleZoom Value="-1" /><NoteEditorFoldScaleScroll Value="0" />
        <ScaleInformation><RootNote Value="{root}" /><Name Value="{scale}" /></ScaleInformation>
        <IsInKey Value="{inKey}" /><NoteSpellingPreference Value="3" /><PreferFlatRootNote Value="{flat}" />
        <ExpressionGrid><FixedNumerator Value="1" /><FixedDenominator Value="16" /><GridIntervalPixel Value="20" /><Ntoles Value="2" /><SnapToGrid Value="false" /><Fixed Value="false" /></ExpressionGrid>
        </MidiClip>
        """#

    static let keyTrack = #"""
        <KeyTrack Id="{id}">
        {notes}
        <MidiKey Value="{pitch}" /></KeyTrack>
        """#

    static let note = #"""
        <MidiNoteEvent Time="{time}" Duration="{duration}" Velocity="{velocity}" VelocityDeviation="0" OffVelocity="64" Probability="1" IsEnabled="true" NoteId="{id}" />
        """#
}
